// Pictures, sound and film in the program's own WebKit window: its player does
// not know the window's scheme, so what plays in Chromium proves nothing here.
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
} from './harness.mjs';
import { Inspector } from './webkit.mjs';

const run = (command, ...args) =>
  execFileSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();

describe('files in the WebKit window', () => {
  const home = temporaryFolder();
  let app;
  let window;
  let inspector;

  const shows = (what, script) => until(what, () => inspector.evaluate(`Boolean(${script})`));

  /**
   * Clicks, with the real mouse, on the first element that a selector finds until that shows: a list that
   * is still finding its place moves what was aimed at.
   */
  async function click(selector, what, script, patience = 1500) {
    await until(`${what} by a click on ${selector}`, async () => {
      const place = await inspector.evaluate(`(() => {
        const element = document.querySelector(${JSON.stringify(selector)});
        if (!element) return '';
        element.scrollIntoView({ block: 'center' });
        const { x, y, width, height } = element.getBoundingClientRect();
        return width ? Math.round(x + width / 2) + ' ' + Math.round(y + height / 2) : '';
      })()`);
      if (place === '') return false;
      run('xdotool', 'mousemove', '--window', window, ...place.split(' '), 'click', '1');
      return until(what, () => inspector.evaluate(`Boolean(${script})`), patience).catch(() => false);
    });
  }

  async function open(name) {
    const option = `[...document.querySelectorAll('[role=option]')].find((o) => o.textContent.includes(${JSON.stringify(name)}))`;
    await shows(name, option);
    await inspector.evaluate(`${option}.click()`);
    await shows(`the conversation with ${name}`, `document.querySelector('article')`);
  }

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
    run('xdotool', 'windowfocus', window);
    inspector = await Inspector.connect(address);
    assert.equal(await inspector.evaluate('location.protocol'), 'wails:');
  });
  after(async () => {
    inspector?.close();
    if (app) await endProcess(app);
    removeFolder(home);
  });

  test('a picture is shown small and large', async () => {
    await open('Mehmet');
    const drawn = (selector, least) =>
      `(() => { const i = document.querySelector(${JSON.stringify(selector)}); return i?.complete && i.naturalWidth >= ${least}; })()`;
    await shows('the small picture', drawn('.picture img', 600));
    await click('.picture', 'the large picture', drawn('dialog img', 640));
    run('xdotool', 'key', 'plus');
    await shows(
      'a larger picture',
      `document.querySelector('dialog img').clientWidth > document.querySelector('dialog .room').clientWidth`,
    );
    run('xdotool', 'key', 'Escape');
    await shows('the conversation again', `!document.querySelector('dialog[open]')`);
  });

  // Without a decoder for H.264 (Debian: gstreamer1.0-libav) WebKitGTK plays no customer's film.
  test('a film plays, or it is said that it cannot be played here', async (t) => {
    const known = await inspector.evaluate(
      `document.createElement('video').canPlayType('video/mp4; codecs="avc1.42E01E"') !== ''`,
    );
    t.diagnostic(known ? 'this system decodes H.264' : 'this system has no decoder for H.264');
    if (known) {
      await click(
        '.film button',
        'the playing film',
        `document.querySelector('.film video')?.currentTime > 0.3`,
      );
      assert.ok(await inspector.evaluate(`document.querySelector('.film video').src.startsWith('blob:')`));
      return;
    }
    const waysOut = `document.querySelectorAll('.film ~ .file-tools button').length === 2`;
    await click('.film button', 'the ways out', waysOut);
  });

  test('a voice message plays, and its loudness is drawn', async () => {
    const place = `document.querySelector('.wave input')`;
    const toggle = `document.querySelector('.audio button')`;
    await open('Sonnenschein');
    await shows('the sticker', `document.querySelector('article img')?.naturalWidth > 0`);
    await shows('the loudness', `document.querySelectorAll('.wave rect').length > 20`);
    await click('.audio button', 'the time going on', `${place}.valueAsNumber > 0.5`);
    await click(
      '.audio .speed',
      'the speed',
      `/1[.,]5/.test(document.querySelector('.audio .speed').textContent)`,
    );
    await click('.audio button', 'a pause', `${toggle}.querySelector('.lucide-play')`);
    const at = await inspector.evaluate(`${place}.valueAsNumber`);
    await inspector.evaluate(`${place}.focus()`);
    run('xdotool', 'key', 'Right');
    await shows('the place two seconds on', `${place}.valueAsNumber >= ${at} + 1.5`);
  });

  test('can be photographed', () => {
    mkdirSync(join(root, 'out'), { recursive: true });
    const picture = join(root, 'out/webkit-media.png');
    run('import', '-window', window, picture);
    assert.ok(Number(run('identify', '-format', '%k', picture)) > 50);
  });

  test('nothing of a file lies readable on the disk', () => {
    // What every JPEG, WebP, MP4 and Ogg of the play begins or is marked with.
    const { found } = findReadable(
      [join(home, 'laden')],
      ['JFIF', 'WEBPVP8', 'ftypisom', 'OpusHead', '%PDF-1'],
    );
    assert.deepEqual(found, []);
  });
});
