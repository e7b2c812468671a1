// The widget once more in WebKit, which is Safari's engine: in the small
// browser that comes with the library the program's own window is made of.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { endProcess, freePort, removeFolder, startProcess, temporaryFolder, until } from './harness.mjs';
import { publisher, site, widgets } from './widget.mjs';
import { Inspector } from './webkit.mjs';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const places = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/libexec', '/usr/lib'];
const program = places.map((place) => `${place}/webkit2gtk-4.1/MiniBrowser`).find((path) => existsSync(path));

describe('the widget in WebKit', { timeout: 120_000 }, () => {
  const home = temporaryFolder();
  let pages;
  let browser;
  let inspector;

  const js = (script) => inspector.evaluate(script);
  const shows = (what, script) => until(what, () => js(`Boolean(${script})`));
  const open = `document.querySelector('dialog')?.open`;

  async function visit(address) {
    await leave(); // of a test that failed
    const browserAddress = `127.0.0.1:${await freePort()}`;
    browser = startProcess(program, ['--private', '--geometry=420x640', address], {
      ...process.env,
      HOME: home,
      XDG_DATA_HOME: `${home}/data`,
      XDG_CONFIG_HOME: `${home}/config`,
      XDG_CACHE_HOME: `${home}/cache`,
      WEBKIT_DISABLE_DMABUF_RENDERER: '1',
      WEBKIT_INSPECTOR_HTTP_SERVER: browserAddress,
    });
    inspector = await Inspector.connect(
      browserAddress,
      `location.href === ${JSON.stringify(address)} && document.readyState === 'complete'`,
    );
  }

  async function leave() {
    inspector?.close();
    inspector = undefined;
    if (browser) await endProcess(browser);
    browser = undefined;
  }

  /** Presses a key for real: no script can pretend Escape or Tab. */
  function press(...keys) {
    const window = execFileSync('xdotool', ['search', '--onlyvisible', '--class', 'MiniBrowser'], {
      encoding: 'utf8',
    })
      .trim()
      .split('\n')
      .at(-1);
    execFileSync('xdotool', ['windowfocus', window]);
    execFileSync('xdotool', ['key', ...keys]);
  }

  async function axeProblems() {
    await js(`(globalThis.found = null, globalThis.axe.run().then((r) => { globalThis.found =
      r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html).join(' ')) }), 1)`);
    return until('axe', () => js('globalThis.found'));
  }

  async function nothingKept() {
    assert.equal(await js('document.cookie'), '');
    assert.equal(await js('localStorage.length + sessionStorage.length'), 0);
    assert.equal(await js('performance.getEntriesByType("resource").length'), 0);
  }

  before(async () => {
    assert.ok(program, 'MiniBrowser of WebKitGTK is missing');
    pages = await publisher();
    pages.publish('/axe.js', axeSource);
  });
  after(async () => {
    await leave();
    await pages?.close();
    removeFolder(home);
  });

  for (const widget of widgets) {
    const link = `document.querySelector('dialog a[href^="https://wa.me/"]')`;
    const button = `document.querySelector('section > button')`;

    test(`${widget.name}: asks nobody and keeps nothing, works by keyboard`, async () => {
      const before = pages.asked.length;
      await visit(pages.publish(`/${widget.name}`, site(widget.html), widget.policy));
      assert.equal(await js(open), false);
      await nothingKept();
      await js(`${button}.focus()`);
      press('space');
      await shows('the dialog', open);
      if (widget.confirms) {
        assert.equal(await js(`${link}.checkVisibility()`), false, 'the link waits for the box');
        await js(`document.querySelector('dialog input').click()`);
      }
      assert.equal(await js(`${link}.checkVisibility()`), true);
      assert.match(await js(`${link}.rel`), /noopener noreferrer/);
      press('Escape');
      await until('the dialog to close', async () => (await js(open)) === false);
      assert.equal(await js('document.activeElement.tagName'), 'BUTTON');
      await nothingKept();
      assert.deepEqual(pages.asked.slice(before), [`/${widget.name}`]);
      await leave();
    });

    test(`${widget.name}: axe finds nothing, closed or open`, async () => {
      const policy = widget.policy.replace('script-src ', "script-src 'self' ");
      await visit(
        pages.publish(`/${widget.name}-axe`, site(`${widget.html}<script src="/axe.js"></script>`), policy),
      );
      assert.deepEqual(await axeProblems(), [], 'closed');
      await js(`${button}.click()`);
      await shows('the dialog', open);
      if (widget.confirms) await js(`document.querySelector('dialog input').click()`);
      assert.deepEqual(await axeProblems(), [], 'open');
      await leave();
    });
  }

  test('is a link behind a disclosure where scripts do not run', async () => {
    const [widget] = widgets;
    const unscripted = widget.policy.replace(/script-src [^;]*/, "script-src 'none'");
    assert.notEqual(unscripted, widget.policy);
    await visit(pages.publish('/unscripted', site(widget.html), unscripted));
    const link = `document.querySelector('a[href^="https://wa.me/"]')`;
    assert.equal(await js(`${link}.checkVisibility()`), false);
    assert.equal(await js(`document.querySelector('section > button')?.checkVisibility() ?? false`), false);
    await js(`document.querySelector('summary').click()`);
    assert.equal(await js(`${link}.checkVisibility()`), true);
    await leave();
  });
});
