// Measures SQLCipher with FTS5's trigram tokenizer on the corpus the Go side
// wrote: anchor.mjs CORPUS QUERIES DATABASE. Prints one JSON object.
import { createReadStream, readFileSync, rmSync, statSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import Database from '@signalapp/sqlcipher';

const [corpus, queriesFile, file] = process.argv.slice(2);
const { rounds, limit, classes } = JSON.parse(readFileSync(queriesFile, 'utf8'));

const megabytes = (name) => {
  const line = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8'));
  return line ? Number(line[1]) / 1024 : 0;
};

async function build(db) {
  const insert = db.prepare('INSERT INTO message (id, text) VALUES (?, ?)');
  const index = db.prepare('INSERT INTO found (rowid, text) VALUES (?, ?)');
  let pending = 0;
  db.exec('BEGIN');
  for await (const line of createInterface({ input: createReadStream(corpus), crlfDelay: Infinity })) {
    const [place, , text] = line.split('\t');
    // The newest message has the largest number, so that a page is the end of the list.
    insert.run([-Number(place), text]);
    index.run([-Number(place), text]);
    if (++pending === 10_000) {
      db.exec('COMMIT; BEGIN');
      pending = 0;
    }
  }
  db.exec('COMMIT');
}

rmSync(file, { force: true });
const db = new Database(file);
db.pragma(`key = "x'${randomBytes(32).toString('hex')}'"`);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = NORMAL');
db.exec(`CREATE TABLE message (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
  CREATE VIRTUAL TABLE found USING fts5(text, content='', tokenize='trigram remove_diacritics 1')`);
let start = performance.now();
await build(db);
const built = (performance.now() - start) / 1000;
db.pragma('wal_checkpoint(TRUNCATE)');

const search = db.prepare(
  `SELECT m.id, m.text FROM found f JOIN message m ON m.id = f.rowid WHERE found MATCH ? ORDER BY f.rowid DESC LIMIT ${Number(limit)}`,
);
const result = { built, classes: [], disk: 0, rss: 0, peak: 0, versions: {} };
for (const { name, queries } of classes) {
  const took = [];
  let hits = 0;
  for (let round = 0; round < rounds; round++) {
    for (const query of queries) {
      const match = query.split(' ').map((word) => `"${word.replaceAll('"', '""')}"`).join(' AND ');
      start = performance.now();
      const rows = search.all([match]);
      took.push((performance.now() - start) * 1e6);
      if (round === 0) hits += rows.length;
    }
  }
  result.classes.push({ name, hits, took });
}
result.disk = statSync(file).size;
result.rss = megabytes('VmRSS');
result.peak = megabytes('VmHWM');
result.versions = {
  sqlite: db.prepare('SELECT sqlite_version() AS v').get([]).v,
  sqlcipher: db.pragma('cipher_version', { simple: true }),
};
db.close();
console.log(JSON.stringify(result));
