// The rights desk: a word in the chat opens a request, a number written back proves who asks, the
// answer goes out as a letter and a copy of the data, and restricted data are gone from the window
// until the person was told.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  accessibilityProblems,
  closeBrowser,
  openPage,
  pattern,
  removeFolder,
  startApp,
  temporaryFolder,
  until,
  words,
} from './harness.mjs';
import { composer, openConversation, rail, row, unfold, writeAsCustomer } from './shop.mjs';

describe('the rights desk', () => {
  const home = temporaryFolder();
  const files = join(home, 'files');
  let app;
  let page;

  const button = (key) => page.getByRole('button', { name: words(key), exact: true });
  const within = (key) => page.getByRole('dialog').getByRole('button', { name: words(key), exact: true });

  const says = (text) => writeAsCustomer(page, /Anna Müller/, text);

  async function toCase(kind) {
    await page
      .getByRole('note')
      .getByRole('button', { name: words('cases.banner.open') })
      .click();
    await page.getByRole('heading', { level: 2, name: words(`cases.kind.${kind}`) }).waitFor();
  }

  before(async () => {
    mkdirSync(files);
    app = await startApp({
      args: ['--demo', '--data', join(home, 'laden')],
      home,
      env: { TRESEN_E2E_FILES: files },
    });
    page = await openPage(app, {
      reducedMotion: 'reduce',
      viewport: { width: 1400, height: 900 },
    });
    await openConversation(page, 'Anna Müller');
  });
  after(async () => {
    assert.deepEqual(page?.problems ?? [], []);
    await closeBrowser();
    await app?.stop();
    removeFolder(home);
  });

  test('a word opens a request, which stands above the messages', async () => {
    await says('AUSKUNFT');
    await page.getByRole('note').getByText(words('cases.state.received')).waitFor();
    assert.deepEqual(await accessibilityProblems(page), []);
    await toCase('access');
    await page.getByText('AUSKUNFT', { exact: true }).waitFor();
    assert.deepEqual(await accessibilityProblems(page), []);
  });

  test('the number from the chat, written back, proves who asks', async () => {
    await button('cases.step.code').click();
    await page.getByText(words('cases.step.codeOpen')).waitFor();
    await button('cases.toChat').click();
    const asked = page
      .getByRole('article')
      .filter({ hasText: /\d{3} \d{3}/ })
      .last();
    const [code] = /\d{3} \d{3}/.exec(await asked.innerText());
    await says(code);
    await page.getByRole('note').getByText(words('cases.state.checked')).waitFor();
    await toCase('access');
    await page.getByText(words('cases.event.state.checked')).waitFor();
  });

  test('the letter and the copy of the data are made and noted', async () => {
    await button('cases.step.answer').click();
    await page.getByRole('dialog').getByText('Artikel 15 DSGVO').waitFor();
    assert.deepEqual(await accessibilityProblems(page), []);
    await within('cases.letter.pdf').click();
    await page.getByText(words('cases.letter.saved')).waitFor();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: words('common.close') })
      .last()
      .click();
    await button('cases.step.package.access').click();
    await within('access.save').click();
    await page.getByText(pattern('access.done')).waitFor();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: words('common.close') })
      .last()
      .click();
    await page.getByText(words('cases.event.package')).waitFor();
    const [pdf, zip] = readdirSync(files).sort(
      (a, b) => (a.endsWith('.pdf') ? -1 : 1) - (b.endsWith('.pdf') ? -1 : 1),
    );
    assert.match(pdf, /^DS-\d{4}-\d{4} answer\.pdf$/);
    assert.match(zip, /DS-\d{4}-\d{4}\.zip$/);
    assert.equal(readFileSync(join(files, pdf)).subarray(0, 5).toString(), '%PDF-');
    await button('cases.step.answered').click();
    await button('cases.step.close').click();
    await page.getByText(words('cases.step.closed')).waitFor();
  });

  test('restricted data leave the window, and come back after the letter', async () => {
    await rail(page, 'inbox').click();
    await openConversation(page, 'Anna Müller');
    await unfold(page, 'rights');
    await page
      .getByRole('complementary')
      .getByRole('button', { name: words('cases.open') })
      .click();
    const taking = page.getByRole('dialog');
    await taking.getByLabel(words('cases.open.kind')).selectOption('restriction');
    await within('cases.open.save').click();
    await page.getByRole('heading', { level: 2, name: words('cases.kind.restriction') }).waitFor();
    await button('cases.step.known').click();
    await page.getByRole('dialog').getByLabel(words('cases.reason'), { exact: true }).fill('Stand am Tresen');
    await within('cases.reason.checked.button').click();
    await button('cases.step.restrict').click();
    await within('cases.restrict.button').click();
    await page.getByText(words('cases.step.tellFirst')).waitFor();
    await rail(page, 'inbox').click();
    await until('the list without her', async () => (await row(page, 'Anna Müller').count()) === 0);

    await rail(page, 'privacy').click();
    await button('cases.step.lifting').click();
    await page
      .getByRole('dialog')
      .getByLabel(words('cases.letter.words'), { exact: true })
      .fill('Der Streit ist beigelegt.');
    await page.getByRole('dialog').getByText('Der Streit ist beigelegt.').last().waitFor();
    await until('the letter', () => within('cases.letter.pdf').isEnabled());
    await within('cases.letter.pdf').click();
    await page.getByText(words('cases.letter.saved')).waitFor();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: words('common.close') })
      .last()
      .click();
    await button('cases.step.lift').click();
    await page.getByText(words('cases.event.lifted')).waitFor();
    await rail(page, 'inbox').click();
    await openConversation(page, 'Anna Müller');
    await composer(page).waitFor();
  });
});
