// The window itself: languages, themes, sizes, the keyboard alone, and the
// accessibility rules on every screen.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  accessibilityProblems,
  closeBrowser,
  openPage,
  removeFolder,
  startApp,
  temporaryFolder,
  until,
  words,
} from './harness.mjs';
import { bubble, bubbleWithStatus, composer, openConversation, rail, row } from './shop.mjs';

describe('the window', () => {
  const home = temporaryFolder();
  const data = join(home, 'laden');
  let app;
  let page;

  before(async () => {
    app = await startApp({ args: ['--demo', '--data', data], home });
    page = await openPage(app);
    await row(page, 'Anna Müller').waitFor();
  });
  after(async () => {
    await closeBrowser();
    await app?.stop();
    removeFolder(home);
  });

  test('can be used with the keyboard alone: choose, read, answer, go back', async () => {
    await page.keyboard.press('F6');
    await until('the list to have the focus', async () => {
      if (await page.evaluate(() => document.activeElement?.getAttribute('role') === 'listbox')) return true;
      await page.keyboard.press('F6');
      return false;
    });
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    const chosen = await page.evaluate(() => {
      const id = document.activeElement?.getAttribute('aria-activedescendant');
      return id ? document.getElementById(id)?.querySelector('bdi')?.textContent : undefined;
    });
    assert.ok(chosen, 'the list says which row the keyboard is on');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 2, name: chosen }).waitFor();
    await until('the composer to have the focus', () =>
      page.evaluate(() => document.activeElement instanceof HTMLTextAreaElement),
    );
    await page.keyboard.type('Mit der Tastatur');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('geschrieben.');
    await page.keyboard.press('Enter');
    await bubble(page, 'Mit der Tastatur').waitFor();
    await page.keyboard.press('Escape');
    await until('the list to have the focus again', () =>
      page.evaluate(() => document.activeElement?.getAttribute('role') === 'listbox'),
    );
  });

  test('shows its shortcuts on "?" and gives the focus back', async () => {
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog', { name: words('shortcuts.title') });
    await sheet.waitFor();
    assert.deepEqual(await accessibilityProblems(page), []);
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'hidden' });
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('role')), 'listbox');
  });

  for (const theme of ['light', 'dark']) {
    test(`breaks no accessibility rule on any screen (${theme})`, async () => {
      await page.emulateMedia({ colorScheme: theme });
      await rail(page, 'inbox').click();
      await openConversation(page, 'Oma Hilde');
      await bubble(page, 'Alpenveilchen').waitFor();
      assert.deepEqual(await accessibilityProblems(page), [], 'inbox');
      await openConversation(page, 'Café Morgenrot');
      assert.deepEqual(await accessibilityProblems(page), [], 'locked composer');
      await rail(page, 'play').click();
      await page.getByRole('heading', { name: words('play.title') }).waitFor();
      assert.deepEqual(await accessibilityProblems(page), [], 'play');
      await rail(page, 'settings').click();
      await page.getByRole('heading', { name: words('settings.title') }).waitFor();
      assert.deepEqual(await accessibilityProblems(page), [], 'settings');
    });
  }

  test('speaks English and is dark when asked, and remembers both', async () => {
    await page.emulateMedia({ colorScheme: 'light' });
    await rail(page, 'settings').click();
    const light = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.getByText('English', { exact: true }).click();
    await page.getByRole('heading', { name: words('settings.title', 'en') }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
    await page.getByText(words('settings.theme.dark', 'en'), { exact: true }).click();
    await until(
      'the dark ground',
      async () => (await page.evaluate(() => getComputedStyle(document.body).backgroundColor)) !== light,
    );
    assert.deepEqual(page.problems, []);
    await page.context().close();
    await app.stop();
    app = await startApp({ args: ['--demo', '--data', data], home });
    page = await openPage(app);
    await page.getByRole('heading', { name: words('inbox.list.title', 'en') }).waitFor();
    await until(
      'the dark ground',
      async () => (await page.evaluate(() => getComputedStyle(document.body).backgroundColor)) !== light,
    );
  });

  test('fits a narrow window: list, then conversation, then back', async () => {
    await page.setViewportSize({ width: 400, height: 720 });
    await row(page, 'Anna Müller').click();
    await composer(page, 'en').waitFor();
    assert.equal(await page.getByRole('listbox').count(), 0);
    // The first heading belongs to the list, which is folded away here.
    const problems = await accessibilityProblems(page);
    assert.deepEqual(
      problems.filter((problem) => !problem.startsWith('page-has-heading-one')),
      [],
    );
    await page.getByRole('button', { name: words('conversation.back', 'en') }).click();
    await row(page, 'Anna Müller').waitFor();
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  test('never scrolls sideways, at 200 % neither', async () => {
    await rail(page, 'settings', 'en').click();
    await page.getByLabel(words('settings.zoom', 'en')).selectOption('200');
    const excess = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(await excess(), 0, 'settings');
    await rail(page, 'inbox', 'en').click();
    await row(page, 'Anna Müller').click();
    await composer(page, 'en').waitFor();
    assert.equal(await excess(), 0, 'inbox');
    await page.keyboard.press('Control+0');
    await row(page, 'Anna Müller').waitFor();
  });

  test('sends and shows text as it was written, never as markup', async () => {
    const text = '<b>kein</b> Markup & "Zeichen" 🌷';
    await composer(page, 'en').fill(text);
    await page.keyboard.press('Enter');
    await bubbleWithStatus(page, text, 'read', 'en').waitFor();
    assert.equal(await page.locator('article b', { hasText: 'kein' }).count(), 0);
    assert.deepEqual(page.problems, []);
  });
});

describe('the first start', () => {
  const home = temporaryFolder();
  let app;

  before(async () => {
    app = await startApp({ args: ['--data', join(home, 'leer')], home });
  });
  after(async () => {
    await closeBrowser();
    await app?.stop();
    removeFolder(home);
  });

  test('breaks no accessibility rule, in both languages and themes', async () => {
    for (const [language, locale, colorScheme] of [
      ['de', 'de-DE', 'light'],
      ['en', 'en-GB', 'dark'],
    ]) {
      const page = await openPage(app, { language: locale, colorScheme });
      await page.getByRole('heading', { name: words('first.title', language) }).waitFor();
      assert.deepEqual(await accessibilityProblems(page), [], `first start, ${language}`);
      await page.getByRole('button', { name: words('first.connect.button', language) }).click();
      await page.getByRole('heading', { name: words('connect.title', language) }).waitFor();
      assert.deepEqual(await accessibilityProblems(page), [], `connect, ${language}`);
      assert.deepEqual(page.problems, []);
      await page.context().close();
    }
  });

  test('opens the demo and leaves it again', async () => {
    const page = await openPage(app);
    await page.getByRole('button', { name: words('first.demo.button') }).click();
    await row(page, 'Anna Müller').waitFor();
    await page.getByRole('button', { name: words('demo.banner.leave') }).click();
    await page.getByRole('heading', { name: words('first.title') }).waitFor();
    assert.deepEqual(page.problems, []);
  });
});
