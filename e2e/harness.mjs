// What the end-to-end tests share: starting the program, the simulator and a
// browser, and ending all of them again. Nothing here waits by sleeping a
// fixed time; everything polls for what it waits for, with a deadline.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const bin = (name) => join(root, 'build/bin', name);

const messages = Object.fromEntries(
  ['de', 'en'].map((language) => [
    language,
    JSON.parse(readFileSync(join(root, `frontend/src/lib/i18n/messages/${language}.json`), 'utf8')),
  ]),
);

/** The words of a catalogue key, so that tests find things by the names people read. */
export function words(key, language = 'de') {
  const text = messages[language][key];
  if (text === undefined) throw new Error(`no message ${key} in ${language}.json`);
  if (text.includes('{')) throw new Error(`${key} has arguments; use pattern(): ${text}`);
  return text;
}

/** A pattern for a message with arguments: whatever stands in braces may be anything. */
export function pattern(key, language = 'de') {
  const text = messages[language][key];
  if (text === undefined) throw new Error(`no message ${key} in ${language}.json`);
  let depth = 0;
  let out = '';
  for (const c of text) {
    if (c === '{' && depth++ === 0) out += '.*';
    else if (c === '}') depth--;
    else if (depth === 0) out += c.replace(/[.*+?^${}()|[\]\\]/, '\\$&');
  }
  return new RegExp(out);
}

/** Polls until condition() is truthy and returns its value. */
export async function until(what, condition, timeout = 15_000) {
  const deadline = Date.now() + timeout;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`waited ${timeout} ms in vain for ${what}`);
    await pause(50);
  }
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

export function temporaryFolder() {
  return mkdtempSync(join(tmpdir(), 'tresen-e2e.'));
}

const processes = new Set();

function start(command, args, env) {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const record = { child, output: '', ended: once(child, 'exit') };
  child.stdout.on('data', (data) => (record.output += data));
  child.stderr.on('data', (data) => (record.output += data));
  processes.add(record);
  record.ended.then(() => processes.delete(record));
  return record;
}

async function end(record, signal = 'SIGTERM') {
  if (record.child.exitCode !== null || record.child.signalCode !== null) return record.child.exitCode;
  record.child.kill(signal);
  const grace = new AbortController();
  const gone = await Promise.race([
    record.ended.then(() => true),
    pause(10_000, false, { signal: grace.signal }).catch(() => true),
  ]);
  grace.abort();
  if (!gone) {
    record.child.kill('SIGKILL');
    await record.ended;
    throw new Error(`the program did not end within 10 s of ${signal}:\n${record.output.slice(-2000)}`);
  }
  return record.child.exitCode;
}

// Nothing is left running even if a test file dies in the middle.
process.on('exit', () => {
  for (const { child } of processes) child.kill('SIGKILL');
});

/**
 * Starts the program with its loopback server. Its own window stays blank
 * (TRESEN_E2E=1), so that only the browser calls it.
 * @param {{ args?: string[], home?: string, env?: Record<string, string> }} options
 */
export async function startApp({ args = [], home = temporaryFolder(), env = {} } = {}) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const record = start(bin('tresen-dev'), args, {
    ...process.env,
    HOME: home,
    XDG_DATA_HOME: join(home, '.local/share'),
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_CACHE_HOME: join(home, '.cache'),
    LANG: 'de_DE.UTF-8',
    TRESEN_E2E: '1',
    devserver: `127.0.0.1:${port}`,
    loglevel: 'Error',
    ...env,
  });
  await until('the program to answer', async () => {
    if (record.child.exitCode !== null) throw new Error(`the program ended at its start:\n${record.output}`);
    return fetch(url).then(
      (r) => r.ok,
      () => false,
    );
  });
  return {
    url,
    home,
    pid: record.child.pid,
    output: () => record.output,
    stop: () => end(record),
    kill: () => end(record, 'SIGKILL'),
  };
}

/**
 * Starts the simulator as Meta's side; it delivers to a shop that listens at the address. Other options are
 * flags of its own. ask() and call() reach the side of it that customers and the dashboard stand on.
 * @param {{ listen?: string, secrets?: Record<string, string> }} options
 */
export async function startSimulator({ listen, secrets = {}, ...flags } = {}) {
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  const given = {
    addr: address,
    callback: listen && `http://${listen}/webhook`,
    token: secrets.token,
    'app-secret': secrets.appSecret,
    'verify-token': secrets.verifyToken,
    ...flags,
  };
  const args = Object.entries(given)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `-${name}=${value}`);
  const record = start(bin('tresen-simulator'), args, process.env);
  const ask = (path, options) => fetch(`${url}/_simulator/${path}`, options);
  const call = async (method, path, body) => {
    const response = await ask(path, { method, body: body && JSON.stringify(body) });
    const answer = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
    return answer ? JSON.parse(answer) : {};
  };
  await until('the simulator', () =>
    ask('').then(
      (r) => r.ok,
      () => false,
    ),
  );
  return { url, ask, call, stop: () => end(record) };
}

let browser;

/** One browser for a test file; each call opens a fresh page with nothing remembered. */
export async function openPage(
  app,
  { language = 'de-DE', colorScheme = 'light', viewport = { width: 1280, height: 800 }, ...rest } = {},
) {
  browser ??= await chromium.launch({
    executablePath: process.env.CHROME,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-fake-device-for-media-stream',
    ],
  });
  const context = await browser.newContext({
    locale: language,
    colorScheme,
    viewport,
    timezoneId: 'Europe/Berlin',
    ...rest,
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const problems = [];
  page.on('pageerror', (error) => {
    // Wails' own scripts for the browser, not ours: its overlay, and an event of the program that
    // reaches them while they are still loading. The window asks for everything when it starts.
    if (!/reading '(nodes|EventsNotify)'/.test(error.message)) problems.push(`error: ${error.message}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error' && !/favicon\.ico|404/.test(message.text()))
      problems.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && hostname !== '127.0.0.1') problems.push(`a request to ${hostname}`);
  });
  await page.goto(app.url);
  return Object.assign(page, { problems });
}

export async function closeBrowser() {
  await browser?.close();
  browser = undefined;
}

const axeSource = readFileSync(join(root, 'e2e/node_modules/axe-core/axe.min.js'), 'utf8');

/** Accessibility rules that the page breaks now, in one line each. Colours are judged where they have come to rest. */
export async function accessibilityProblems(page) {
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity)
        .map((animation) => animation.finished),
    ),
  );
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  return violations.map((v) => `${v.id}: ${v.help} (${v.nodes.map((n) => n.target.join(' ')).join('; ')})`);
}

/** All files below a folder. */
export function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/**
 * Searches every file below the folders for each needle, as UTF-8, as UTF-16 in
 * both byte orders, in lower case too, and as base64. Returns what was found where.
 */
export function findReadable(folders, needles) {
  const found = [];
  const files = folders.flatMap(filesBelow);
  const forms = needles.flatMap((needle) =>
    [...new Set([needle, needle.toLowerCase(), needle.toUpperCase()])].flatMap((text) => {
      const utf16 = Buffer.from(text, 'utf16le');
      return [Buffer.from(text), utf16, Buffer.from(utf16).swap16()].map((bytes) => ({ needle, bytes }));
    }),
  );
  for (const file of files) {
    const bytes = readFileSync(file);
    for (const form of forms) if (bytes.includes(form.bytes)) found.push(`${form.needle} in ${file}`);
  }
  return { found, files: files.length, bytes: files.reduce((sum, file) => sum + statSync(file).size, 0) };
}

export function removeFolder(folder) {
  rmSync(folder, { recursive: true, force: true });
}

export { end as endProcess, start as startProcess };
