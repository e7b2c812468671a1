// Erasing a customer in the demo: two clicks, what goes and what stays is said
// before, and nothing happens without the second click.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  accessibilityProblems,
  closeBrowser,
  findReadable,
  openPage,
  pattern,
  removeFolder,
  startApp,
  temporaryFolder,
  until,
  words,
} from './harness.mjs';
import { askToErase, bubble, confirmErasure, openConversation, row } from './shop.mjs';

describe('erasing a customer', () => {
  const home = temporaryFolder();
  const data = join(home, 'laden');
  let app;
  let page;

  before(async () => {
    app = await startApp({ args: ['--demo', '--data', data], home });
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

  test('erases, proves it by a scan, and shows the way', async () => {
    const dialog = await askToErase(page);
    await confirmErasure(dialog);
    await dialog.getByText(pattern('erase.result.done')).waitFor();
    assert.deepEqual(await accessibilityProblems(page), []);
    await dialog
      .getByRole('button', { name: words('common.close') })
      .last()
      .click();
  });

  test('leaves nothing of the person in the window, and everybody else', async () => {
    await until('the row to go', async () => (await row(page, 'Oma Hilde').count()) === 0);
    assert.equal(await page.getByText('Alpenveilchen').count(), 0);
    await openConversation(page, 'Thorsten Krüger');
    await bubble(page, 'Abholung heute Nachmittag').waitFor();
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
