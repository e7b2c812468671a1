// What the profile packages write, in Chromium: the golden files that the Go
// tests compare byte by byte. Its twin in WebKit is widget-webkit.test.mjs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { chromium } from 'playwright-core';
import { golden, publisher, site, styleHash, widgets, withSite } from './widget.mjs';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser, origin, publish, unpublish;

/** Opens an address and records what it asks for, and what its policy forbids. */
async function visit(address, options = {}) {
  const context = await browser.newContext(options);
  const seen = { requests: [], violations: [] };
  await context.route('**/*', async (route) => {
    const request = route.request();
    seen.requests.push({ url: request.url(), headers: await request.allHeaders() });
    if (request.url().startsWith(origin)) return route.continue();
    return route.fulfill({ status: 200, contentType: 'text/html', body: '<title>elsewhere</title>' });
  });
  const page = await context.newPage();
  page.on('console', (message) => message.type() === 'error' && seen.violations.push(message.text()));
  page.on('pageerror', (error) => seen.violations.push(String(error)));
  await page.goto(address);
  return { context, page, seen };
}

async function axe(page, what) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  assert.deepEqual(
    violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`),
    [],
    what,
  );
}

async function nothingKept(page, context) {
  assert.equal(await page.evaluate(() => document.cookie), '');
  assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0);
  assert.deepEqual(await page.evaluate(() => indexedDB.databases()), []);
  assert.deepEqual((await context.cookies()).length, 0);
}

describe('what the shop puts outside WhatsApp, in Chromium', { timeout: 120_000, concurrency: 3 }, () => {
  before(async () => {
    ({ origin, publish, close: unpublish } = await publisher());
    browser = await chromium.launch({ executablePath: process.env.CHROME, args: ['--no-sandbox'] });
  });
  after(async () => {
    await browser?.close();
    await unpublish?.();
  });

  for (const widget of widgets) {
    test(`${widget.name}: asks nobody and keeps nothing before the click`, async () => {
      const address = publish(`/${widget.name}`, site(widget.html), widget.policy);
      const { context, page, seen } = await visit(address);
      const button = page.getByRole('button', { name: /WhatsApp|Ask us/ });
      await button.waitFor();
      await button.hover();
      await page.getByRole('heading', { name: 'Laden' }).click();
      await button.focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      assert.deepEqual(
        seen.requests.map((r) => r.url),
        [address],
      );
      assert.deepEqual(seen.violations, []);
      await nothingKept(page, context);
      await context.close();
    });

    test(`${widget.name}: leaves for wa.me without a referrer, in a new window`, async () => {
      const { context, page, seen } = await visit(
        publish(`/${widget.name}`, site(widget.html), widget.policy),
      );
      await page.getByRole('button').click();
      const link = page.getByRole('link', { name: /WhatsApp/, includeHidden: true });
      if (widget.confirms) {
        assert.equal(await link.isVisible(), false, 'the link waits for the box');
        assert.equal(await page.getByRole('checkbox').isChecked(), false);
        await page.getByRole('checkbox').check();
      }
      const [popup] = await Promise.all([context.waitForEvent('page'), link.click()]);
      await popup.waitForLoadState();
      const left = seen.requests.at(-1);
      assert.match(
        left.url,
        /^https:\/\/wa\.me\/4930123456\?text=Hallo%2C%20.*%28(Hinweis|Notice)%20W1-[A-Z2-7]{4}%29$/,
      );
      assert.equal(left.headers.referer, undefined);
      assert.equal(seen.requests.length, 2);
      assert.equal(await popup.evaluate(() => globalThis.opener), null);
      await nothingKept(page, context);
      await context.close();
    });

    test(`${widget.name}: works by keyboard, has a name, gives the focus back`, async () => {
      const { context, page } = await visit(publish(`/${widget.name}`, site(widget.html), widget.policy));
      await page.keyboard.press('Tab');
      const focused = () =>
        page.evaluate(
          () =>
            document.activeElement.tagName + (document.activeElement.closest('dialog') ? ' in dialog' : ''),
        );
      assert.equal(await focused(), 'BUTTON');
      await page.keyboard.press('Space');
      const dialog = page.getByRole('dialog', { name: /^Chat (mit|with) Blumen Wiesengrund$/ });
      await dialog.waitFor();
      assert.match(await focused(), /in dialog$/);
      await page.getByRole('button', { name: /Abbrechen|Cancel/ }).press('Enter');
      await dialog.waitFor({ state: 'hidden' });
      assert.equal(await focused(), 'BUTTON');
      await page.keyboard.press('Enter');
      await dialog.waitFor();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      assert.equal(await focused(), 'BUTTON');
      await context.close();
    });

    for (const colorScheme of ['light', 'dark']) {
      test(`${widget.name}: axe finds nothing, closed or open, ${colorScheme}`, async () => {
        const { context, page } = await visit(publish(`/${widget.name}`, site(widget.html), widget.policy), {
          colorScheme,
        });
        await axe(page, 'closed');
        await page.getByRole('button').click();
        if (widget.confirms) await page.getByRole('checkbox').check();
        await axe(page, 'open');
        await context.close();
      });
    }

    test(`${widget.name}: is big enough to touch and fits a narrow window`, async () => {
      const { context, page } = await visit(publish(`/${widget.name}`, site(widget.html), widget.policy), {
        viewport: { width: 320, height: 480 },
      });
      await page.getByRole('button').click();
      if (widget.confirms) await page.getByRole('checkbox').check();
      for (const target of await page.getByRole('dialog').locator('a, button').all()) {
        const box = await target.boundingBox();
        assert.ok(
          box.height >= 44 && box.width >= 44,
          `${await target.textContent()} is ${box.width} × ${box.height}`,
        );
      }
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
      assert.ok((await page.getByRole('dialog').boundingBox()).width <= 320);
      await context.close();
    });

    test(`${widget.name}: is a link behind a disclosure where scripts do not run`, async () => {
      const unscripted = widget.policy.replace(/script-src [^;]*/, "script-src 'none'");
      assert.notEqual(unscripted, widget.policy);
      const cases = [
        [publish(`/${widget.name}`, site(widget.html), widget.policy), { javaScriptEnabled: false }],
        [publish(`/${widget.name}-blocked`, site(widget.html), unscripted), {}],
      ];
      for (const [address, options] of cases) {
        const { context, page, seen } = await visit(address, options);
        const link = page.locator('a[href^="https://wa.me/"]');
        assert.equal(await link.isVisible(), false);
        await page.locator('summary').click();
        if (widget.confirms) await page.getByRole('checkbox').check();
        assert.equal(await link.isVisible(), true);
        assert.equal(await page.getByRole('button', { name: /Abbrechen|Cancel/ }).count(), 0);
        assert.equal(seen.requests.length, 1);
        await context.close();
      }
    });
  }

  test('the widget in three files works where no inline code is allowed', async () => {
    const html = golden('website/testdata/files-de-auto.html');
    const names = [...html.matchAll(/(?:href|src)="(tw-[^"]+)"/g)].map((found) => found[1]);
    assert.equal(names.length, 2);
    for (const name of names) publish(`/${name}`, golden(`website/testdata/${name}`));
    const policy = golden('website/testdata/files-de-auto.policy').trim();
    const address = publish('/files', site(html), withSite(policy));
    const { context, page, seen } = await visit(address);
    await page.getByRole('button').click();
    await page.getByRole('dialog', { name: 'Chat mit Blumen Wiesengrund' }).waitFor();
    assert.deepEqual(
      seen.requests.map((r) => r.url).sort(),
      [address, ...names.map((n) => `${origin}/${n}`)].sort(),
    );
    assert.deepEqual(seen.violations, []);
    await context.close();
  });

  test('two different widgets on one page keep to themselves', async () => {
    const policy = widgets
      .slice(0, 2)
      .map((w) => w.policy.match(/style-src .*('[^']+'); script-src ('[^']+')/).slice(1));
    const both = `default-src 'none'; img-src data:; style-src ${styleHash} ${policy.map((p) => p[0]).join(' ')}; script-src ${policy.map((p) => p[1]).join(' ')}`;
    const { context, page, seen } = await visit(
      publish('/two', site(widgets[0].html + widgets[1].html), both),
    );
    await page.getByRole('button', { name: 'Ask us' }).click();
    await page.getByRole('dialog', { name: 'Chat with Blumen Wiesengrund' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Per WhatsApp schreiben' }).click();
    await page.getByRole('dialog', { name: 'Chat mit Blumen Wiesengrund' }).waitFor();
    await axe(page, 'two widgets');
    assert.deepEqual(seen.violations, []);
    await context.close();
  });

  const documents = [
    ['landing page', 'website/testdata/landing.de.html'],
    ['English landing page', 'website/testdata/landing.en.html'],
    ['imprint', 'imprint/testdata/imprint-de-gmbh.de.html'],
    ['Austrian imprint', 'imprint/testdata/imprint-at-eu.de.html'],
    ['Swiss imprint in English', 'imprint/testdata/imprint-ch-ag.en.html'],
    ['privacy part', 'imprint/testdata/privacy-de-gmbh.de.html'],
  ];
  for (const [name, file] of documents) {
    test(`${name}: one file, no request, axe finds nothing, fits a narrow window`, async () => {
      const address = publish(`/${name.replaceAll(' ', '-')}`, golden(file));
      for (const colorScheme of ['light', 'dark']) {
        const { context, page, seen } = await visit(address, {
          colorScheme,
          viewport: { width: 320, height: 480 },
        });
        await axe(page, colorScheme);
        assert.deepEqual(
          seen.requests.map((r) => r.url),
          [address],
        );
        assert.deepEqual(seen.violations, []);
        assert.ok(
          await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
          'scrolls sideways',
        );
        assert.notEqual(
          await page.evaluate(() => getComputedStyle(document.querySelector('main')).maxWidth),
          'none',
          'the style was refused',
        );
        await nothingKept(page, context);
        await context.close();
      }
    });
  }

  test('the redirect goes on to wa.me by itself, without a referrer', async () => {
    const { context, page, seen } = await visit(publish('/wa', golden('website/testdata/redirect.de.html')));
    await page.waitForURL('https://wa.me/**');
    assert.equal(seen.requests.length, 2);
    assert.equal(seen.requests[1].headers.referer, undefined);
    assert.deepEqual(seen.violations, []);
    await context.close();
  });
});
