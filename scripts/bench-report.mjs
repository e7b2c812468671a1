// Turns the output of `go test -bench` (standard input) into docs/BENCHMARKS.md
// (standard output). What a benchmark measures is its own comment in the source.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';

const run = (command, ...args) => {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
};

function comments(folder) {
  const found = new Map();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('_test.go'))) {
    const lines = readFileSync(join(folder, file), 'utf8').split('\n');
    lines.forEach((line, at) => {
      const name = /^func (Benchmark\w+)\(/.exec(line)?.[1];
      if (!name) return;
      const text = [];
      for (let above = at - 1; lines[above]?.startsWith('//'); above--)
        text.unshift(lines[above].replace(/^\/\/ ?/, ''));
      found.set(name, text.join(' '));
    });
  }
  return found;
}

/** 12345678 ns as people read it. */
function duration(ns) {
  for (const [limit, unit] of [
    [1e9, 's'],
    [1e6, 'ms'],
    [1e3, 'µs'],
  ]) {
    if (ns >= limit) return `${(ns / limit).toPrecision(3)} ${unit}`;
  }
  return `${ns.toPrecision(3)} ns`;
}

const plain = (value) =>
  value >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));

function cell([value, unit]) {
  if (unit === 'ns/op') return duration(value);
  if (unit.endsWith('-ns')) return `${unit.slice(0, -3)} ${duration(value)}`;
  return `${plain(value)} ${unit}`;
}

const packages = new Map();
let current;
for (const line of readFileSync(0, 'utf8').split('\n')) {
  const [first, second, ...rest] = line.trim().split(/\s+/);
  if (first === 'pkg:') packages.set((current = second), []);
  if (!/^Benchmark/.test(first ?? '') || rest.length < 2) continue;
  const figures = [];
  for (let i = 0; i + 1 < rest.length; i += 2) figures.push([Number(rest[i]), rest[i + 1]]);
  packages.get(current).push({ name: first.replace(/-\d+$/, ''), figures });
}

const disk = run('df', '--output=fstype', '.').split('\n').pop();
console.log(`# Benchmarks

Written by \`make bench\`; do not edit. Figures of one run on one machine: compare within the page, not with other pages.

| | |
| --- | --- |
| when | ${new Date().toISOString().slice(0, 10)}, commit ${run('git', 'rev-parse', '--short', 'HEAD')} |
| processor | ${cpus()[0].model.trim()}, ${cpus().length} cores |
| memory | ${Math.round(totalmem() / 2 ** 30)} GB |
| system | Linux ${release()}, file system ${disk} |
| Go | ${run('go', 'env', 'GOVERSION')} |`);

for (const [name, results] of packages) {
  if (results.length === 0) continue;
  const folder = name.replace(/^tresen\/?/, '') || '.';
  const explained = comments(folder);
  console.log(`\n## ${folder}\n`);
  const told = new Set();
  for (const { name: full } of results) {
    const base = full.split('/')[0];
    const text = explained.get(base);
    if (text && !told.has(base)) console.log(`* ${text}`);
    told.add(base);
  }
  console.log('\n| benchmark | per operation | other figures |\n| --- | --- | --- |');
  for (const { name: full, figures } of results) {
    const time = figures.find(([, unit]) => unit === 'ns/op');
    const others = figures.filter(([, unit]) => unit !== 'ns/op' && unit !== 'allocs/op' && unit !== 'B/op');
    const memory = figures.filter(([, unit]) => unit === 'allocs/op');
    console.log(
      `| ${full.replace(/^Benchmark/, '')} | ${time ? cell(time) : ''} | ${[...others, ...memory].map(cell).join(' · ')} |`,
    );
  }
}
