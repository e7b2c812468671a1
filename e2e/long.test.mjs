// A conversation of 100,000 messages opens at once and scrolls without a jump,
// in Chromium and in the program's own WebKit window. The same script measures
// in both: whatever a visible row does beyond the scrolling itself is a jump.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { join } from 'node:path';
import {
  bin,
  closeBrowser,
  endProcess,
  freePort,
  openPage,
  removeFolder,
  root,
  startApp,
  startProcess,
  temporaryFolder,
  until,
} from './harness.mjs';
import { Inspector } from './webkit.mjs';

const messages = 100_000;

/** Runs in the page. The result lies in globalThis.outcome, because WebKit's inspector waits for no promise. */
function measure(name) {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const frames = async (n) => {
    for (let i = 0; i < n; i++) await frame();
  };
  const feed = () => document.querySelector('[role=feed]');
  const places = () => {
    const list = feed().getBoundingClientRect();
    const found = new Map();
    for (const row of feed().querySelectorAll('article')) {
      const box = row.querySelector('.bubble').getBoundingClientRect();
      if (box.bottom > list.top && box.top < list.bottom) found.set(row.dataset.message, box.top);
    }
    return found;
  };
  const ways = (before, after) =>
    [...before.keys()].filter((id) => after.has(id)).map((id) => after.get(id) - before.get(id));
  const fromEnd = () => feed().scrollHeight - feed().clientHeight - feed().scrollTop;

  /** Scrolls in steps of so many pixels; a step that reaches the end of what is loaded may be shorter. */
  async function scroll(steps, by) {
    const seen = new Set();
    const result = { jump: 0, drift: 0, empty: 0, slowest: 0, pages: 0 };
    let height = feed().scrollHeight;
    for (let step = 0; step < steps; step++) {
      const before = places();
      const began = performance.now();
      feed().scrollTop += by;
      await frames(2);
      const after = places();
      result.slowest = Math.max(result.slowest, performance.now() - began);
      const moved = ways(before, after);
      if (after.size === 0) result.empty++;
      if (moved.length > 0) {
        const spread = Math.max(...moved) - Math.min(...moved);
        const beyond = Math.max(...moved.map((way) => Math.abs(way) - Math.abs(by)));
        result.jump = Math.max(result.jump, spread, beyond);
      }
      await frames(2); // now nothing may move by itself
      const still = ways(after, places());
      const drift = Math.max(0, ...still.map(Math.abs));
      if (drift > result.drift) {
        result.drift = drift;
        result.where = `step ${step}: ${still.map(Math.round)}`;
      }
      for (const id of after.keys()) seen.add(id);
      if (feed().scrollHeight !== height) result.pages++;
      height = feed().scrollHeight;
    }
    result.seen = seen.size;
    result.articles = feed().querySelectorAll('article').length;
    return result;
  }

  /** Scrolls through many pages without looking at every row; says how many messages lie between. */
  async function hurry(direction) {
    const number = () => Number(/Nr. (\d+)/.exec(feed().textContent)?.[1]);
    const from = number();
    for (let step = 0; step < 400 && Math.abs(number() - from) < 1600; step++) {
      feed().scrollTop += direction * 4000;
      await frames(2);
    }
    await frames(10);
    return Math.abs(number() - from);
  }

  async function run() {
    const row = [...document.querySelectorAll('[role=option]')].find((o) => o.textContent.includes(name));
    const began = performance.now();
    row.click();
    while (!feed() || places().size === 0 || getComputedStyle(feed().parentElement).visibility === 'hidden')
      await frame();
    const opened = performance.now() - began;
    await frames(20);
    const end = fromEnd();
    const first = await scroll(40, -350);
    // Far enough up that the newest messages are dropped, and far enough back that they are loaded again.
    const upper = await hurry(-1);
    const up = await scroll(40, -350);
    const down = await scroll(40, 350);
    const lower = await hurry(1);
    const last = await scroll(40, 350);
    return { opened, end, upper, lower, parts: { first, up, down, last } };
  }
  globalThis.outcome = undefined;
  run().then(
    (outcome) => (globalThis.outcome = JSON.stringify(outcome)),
    (reason) => (globalThis.outcome = JSON.stringify({ failed: String(reason) })),
  );
  return 0;
}

function judge(outcome, engine) {
  assert.equal(outcome.failed, undefined);
  process.stdout.write(`${engine}: ${JSON.stringify(outcome)}\n`);
  assert.ok(outcome.opened < 2000, `opened after ${outcome.opened} ms`);
  assert.ok(Math.abs(outcome.end) <= 1, `opened ${outcome.end} px from the end`);
  for (const way of Object.values(outcome.parts)) {
    assert.ok(way.jump <= 1, `a row jumped by ${way.jump} px`);
    assert.ok(way.drift <= 1, `a row moved by ${way.drift} px by itself`);
    assert.equal(way.empty, 0, 'the view was empty');
    assert.ok(way.articles < 100, `${way.articles} rows in the document`);
  }
  assert.ok(outcome.upper > 1200, `only ${outcome.upper} messages further up`);
}

describe(`a conversation of ${messages} messages`, () => {
  const home = temporaryFolder();
  const data = join(home, 'laden');
  const name = 'Lange Bekannte';
  let app;
  let inspector;

  before(() => {
    const go = ['run', './bench', '-long', data, '-messages', String(messages)];
    execFileSync('go', go, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  });
  after(() => removeFolder(home));

  test('scrolls without a jump in Chromium', async () => {
    app = await startApp({ args: ['--demo', '--data', data], home });
    try {
      const page = await openPage(app);
      await page.getByRole('option', { name }).waitFor();
      await page.evaluate(measure, name);
      const outcome = await until(
        'the end of the scrolling',
        () => page.evaluate('globalThis.outcome'),
        90_000,
      );
      judge(JSON.parse(outcome), 'Chromium');
      assert.deepEqual(page.problems, []);
    } finally {
      await closeBrowser();
      await app.stop();
    }
  });

  test('scrolls without a jump in the WebKit window', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const record = startProcess(bin('tresen-devtools'), ['--demo', '--data', data], {
      ...process.env,
      HOME: home,
      XDG_DATA_HOME: join(home, '.local/share'),
      XDG_CONFIG_HOME: join(home, '.config'),
      XDG_CACHE_HOME: join(home, '.cache'),
      LANGUAGE: 'de',
      LANG: 'C.UTF-8',
      WEBKIT_INSPECTOR_HTTP_SERVER: address,
    });
    try {
      inspector = await Inspector.connect(address);
      const there = `[...document.querySelectorAll('[role=option]')].some((o) => o.textContent.includes('${name}'))`;
      await until('the conversation in the list', () => inspector.evaluate(there));
      await inspector.evaluate(`(${measure.toString()})('${name}')`);
      const outcome = await until(
        'the end of the scrolling',
        () => inspector.evaluate('globalThis.outcome ?? ""'),
        90_000,
      );
      judge(JSON.parse(outcome), 'WebKit');
    } finally {
      inspector?.close();
      await endProcess(record);
    }
  });
});
