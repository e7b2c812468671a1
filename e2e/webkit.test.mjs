// The main job once more in the program's own window: WebKit instead of
// Chromium, real mouse and keyboard, and a picture at the end.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  bin,
  endProcess,
  findReadable,
  freePort,
  removeFolder,
  root,
  startProcess,
  temporaryFolder,
  until,
  words,
} from './harness.mjs';
import { Inspector } from './webkit.mjs';

const run = (command, ...args) =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

describe('the main job in the WebKit window', () => {
  const home = temporaryFolder();
  let app;
  let window;
  let inspector;

  /** Clicks, with the real mouse, on the first element that a script finds. */
  async function click(script) {
    const place = await until(`something to click: ${script}`, () =>
      inspector.evaluate(`(() => {
        const element = ${script};
        if (!element) return null;
        const { x, y, width, height } = element.getBoundingClientRect();
        return width ? { x: Math.round(x + width / 2), y: Math.round(y + height / 2) } : null;
      })()`),
    );
    run('xdotool', 'mousemove', '--window', window, String(place.x), String(place.y), 'click', '1');
  }
  const shows = (what, script) => until(what, () => inspector.evaluate(`Boolean(${script})`));
  const article = (text) =>
    `[...document.querySelectorAll('article')].find((a) => a.getAttribute('aria-label').includes(${JSON.stringify(text)}))`;

  before(async () => {
    const address = `127.0.0.1:${await freePort()}`;
    app = startProcess(bin('tresen-devtools'), ['--demo', '--data', join(home, 'laden')], {
      ...process.env,
      HOME: home,
      XDG_DATA_HOME: join(home, '.local/share'),
      XDG_CONFIG_HOME: join(home, '.config'),
      XDG_CACHE_HOME: join(home, '.cache'),
      LANGUAGE: 'de',
      LANG: 'C.UTF-8',
      WEBKIT_INSPECTOR_HTTP_SERVER: address,
    });
    window = await until('the window', () => {
      try {
        return run('xdotool', 'search', '--onlyvisible', '--name', '^Tresen$').split('\n')[0];
      } catch {
        return '';
      }
    });
    // Without a window manager nobody else gives the window the keyboard.
    run('xdotool', 'windowfocus', window);
    inspector = await Inspector.connect(address);
    // A new profile has no language of its own on this display; the test reads German.
    await shows('the inbox', `document.querySelector('[role=option]')`);
  });
  after(async () => {
    inspector?.close();
    if (app) await endProcess(app);
    removeFolder(home);
  });

  test('shows the customers of the demo, and no error', async () => {
    await shows(
      'Anna Müller',
      `[...document.querySelectorAll('[role=option]')].find((o) => o.textContent.includes('Anna Müller'))`,
    );
    assert.equal(await inspector.evaluate('location.protocol'), 'wails:');
  });

  test('opens a conversation by mouse and answers by keyboard', async () => {
    await click(
      `[...document.querySelectorAll('[role=option]')].find((o) => o.textContent.includes('Anna Müller'))`,
    );
    await shows('the message', article('20 rote Tulpen'));
    await shows('the focus in the composer', `document.activeElement instanceof HTMLTextAreaElement`);
    run('xdotool', 'type', '--delay', '15', 'Die Tulpen liegen bereit.');
    await shows('the typed text', `document.activeElement.value === 'Die Tulpen liegen bereit.'`);
    run('xdotool', 'key', 'Return');
    await shows('the sent message', article('Die Tulpen liegen bereit.'));
    const language = await inspector.evaluate('document.documentElement.lang');
    await shows(
      'the ticks to "read"',
      article(`, ${words('status.read', language)}: Die Tulpen liegen bereit.`),
    );
  });

  test('lets nothing out of the window and keeps nothing in the web view', async () => {
    await inspector.evaluate(
      `globalThis.outcome = ''; fetch('http://127.0.0.1:9/').then(() => (outcome = 'got out'), () => (outcome = 'blocked')), 0`,
    );
    await until(
      'the answer of the content policy',
      async () => (await inspector.evaluate('outcome')) === 'blocked',
    );
    assert.equal(await inspector.evaluate('localStorage.length + sessionStorage.length'), 0);
    assert.deepEqual(findReadable([home], ['Tulpen', 'Anna Müller', '1713920011']).found, []);
  });

  test('can be photographed', async () => {
    mkdirSync(join(root, 'out'), { recursive: true });
    const picture = join(root, 'out/webkit-window.png');
    run('import', '-window', window, picture);
    const colours = Number(run('identify', '-format', '%k', picture));
    assert.ok(colours > 50, `the picture has only ${colours} colours`);
  });

  test('ends by itself when asked, with success', async () => {
    inspector.close();
    assert.equal(await endProcess(app), 0, app.output);
    app = undefined;
  });
});
