// Erasing a customer in the demo: two clicks, what goes and what stays is said
// before and after, nothing happens without the second click, the person gets a
// certificate, and the log tells of it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  accessibilityProblems,
  closeBrowser,
  filesBelow,
  findReadable,
  openPage,
  pattern,
  removeFolder,
  startApp,
  temporaryFolder,
  until,
  words,
} from './harness.mjs';
import { askToErase, bubble, confirmErasure, openConversation, rail, row } from './shop.mjs';

describe('erasing a customer', () => {
  const home = temporaryFolder();
  const data = join(home, 'laden');
  let app;
  let page;

  before(async () => {
    app = await startApp({ args: ['--demo', '--data', data], home, env: { TRESEN_E2E_FILES: home } });
    page = await openPage(app);
    await openConversation(page, 'Oma Hilde');
    await bubble(page, 'Alpenveilchen').waitFor();
  });
  after(async () => {
    await closeBrowser();
    await app?.stop();
    removeFolder(home);
  });

  test('says what goes and what stays elsewhere, and can be left', async () => {
    const dialog = await askToErase(page);
    await dialog.getByText('Oma Hilde').waitFor();
    for (const key of ['erase.goes.key', 'erase.stays.phone', 'erase.stays.meta', 'erase.final']) {
      await dialog.getByText(words(key)).first().waitFor();
    }
    assert.deepEqual(await accessibilityProblems(page), []);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await bubble(page, 'Alpenveilchen').waitFor();
  });

  test('keeps a message as a letter', async () => {
    const message = bubble(page, 'Alpenveilchen').first();
    await message.hover();
    await message.getByRole('button', { name: words('keep.open') }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: words('keep.letter') }).click();
    await dialog.getByText(pattern('keep.done')).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });

  test('erases, proves it by a scan, and says what stays', async () => {
    const dialog = await askToErase(page);
    await confirmErasure(dialog);
    await dialog.getByText(pattern('erase.result.kept')).waitFor();
    const kept = dialog.getByRole('listitem').filter({ hasText: '1 Geschäftsbrief im Archiv' });
    await kept.getByText(/Bis .*20\d\d\./).waitFor();
    await kept.getByText('§ 257 HGB, § 147 AO').waitFor();
    assert.equal(await dialog.getByText(pattern('erase.result.done')).count(), 0);
    assert.deepEqual(await accessibilityProblems(page), []);
  });

  test('asks before a certificate is lost, and saves it', async () => {
    const dialog = page.getByRole('dialog', { name: words('erase.finished') });
    await dialog.getByRole('button', { name: words('certificate.save') }).waitFor();
    await page.keyboard.press('Escape');
    const question = page.getByRole('dialog', { name: words('certificate.leave.title') });
    await question.waitFor();
    assert.deepEqual(await accessibilityProblems(page), []);
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'hidden' });
    await dialog.getByRole('button', { name: words('certificate.save') }).click();
    await dialog.getByText(words('certificate.saved')).waitFor();
    const saved = filesBelow(home).filter((file) => file.endsWith('.pdf'));
    assert.equal(saved.length, 1);
    assert.equal(readFileSync(saved[0]).subarray(0, 5).toString(), '%PDF-');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });

  test('leaves nothing of the person in the window, and everybody else', async () => {
    await until('the row to go', async () => (await row(page, 'Oma Hilde').count()) === 0);
    assert.equal(await page.getByText('Alpenveilchen').count(), 0);
    await openConversation(page, 'Thorsten Krüger');
    await bubble(page, 'Abholung heute Nachmittag').waitFor();
  });

  test('stands in the log, and the chain is whole', async () => {
    await rail(page, 'privacy').click();
    await page.getByRole('button', { name: words('privacy.part.log'), exact: true }).click();
    await page.getByText(/die Kette ist geprüft und lückenlos/).waitFor();
    await page
      .getByRole('listitem')
      .filter({ hasText: 'Person gelöscht' })
      .getByText(/Bleibt: Geschäftsbrief .*§ 257 HGB, § 147 AO/)
      .waitFor();
    assert.deepEqual(await accessibilityProblems(page), []);
  });

  test('leaves nothing of the person after a restart', async () => {
    assert.deepEqual(page.problems, []);
    await page.context().close();
    await app.stop();
    assert.deepEqual(
      findReadable([home], ['Hilde', 'Alpenveilchen', '498999998123', 'DE.13491208655302741909']).found,
      [],
    );
  });
});
