// Finding things again and working with conversations: search and jump, the
// palette, a label, a note, done, and the privacy view.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { closeBrowser, openPage, removeFolder, startApp, temporaryFolder, until, words } from './harness.mjs';
import { openConversation, row, settingsPart } from './shop.mjs';

describe('finding and working', () => {
  const home = temporaryFolder();
  let app;
  let page;

  const field = () => page.getByRole('combobox', { name: words('search.label') });
  const panel = () => page.getByRole('complementary', { name: words('customer.title') });

  before(async () => {
    app = await startApp({
      args: ['--demo', '--data', join(home, 'laden')],
      home,
    });
    page = await openPage(app);
    await row(page, 'Anna Müller').waitFor();
  });
  after(async () => {
    await closeBrowser();
    await app?.stop();
    removeFolder(home);
  });

  test('finds a message by a part of a word and jumps to it', async () => {
    await page.keyboard.press('Control+f');
    await page.keyboard.type('rote tulp');
    await page.locator('[role=option] mark', { hasText: 'Tulp' }).first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('article.marked', { hasText: 'rote Tulpen' }).waitFor();
    await page.keyboard.press('Control+f');
    await page.keyboard.type('Xylophon');
    await page.getByText('Xylophon', { exact: false }).and(page.locator('p')).first().waitFor();
    await page.keyboard.press('Escape');
    await row(page, 'Anna Müller').waitFor();
  });

  test('says in the title how many wait, and not who', async () => {
    await until('the title', async () => /^\(\d+\) Tresen$/.test(await page.title()));
  });

  test('finds a person without the umlaut, from the palette', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('mueller');
    await page.getByRole('dialog').locator('mark', { hasText: 'Müller' }).first().waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 2, name: 'Anna Müller' }).waitFor();
  });

  test('makes a label, gives it, and lists by it', async () => {
    await settingsPart(page, 'work');
    const labels = page.getByRole('region', { name: words('work.labels') });
    await labels.getByRole('button', { name: words('work.addLabel') }).click();
    await labels.getByLabel(words('work.labelName'), { exact: true }).fill('Stammkundschaft');
    await labels.getByRole('button', { name: words('common.save') }).click();
    await labels.getByText('Stammkundschaft').first().waitFor();
    await page
      .getByRole('navigation')
      .getByRole('button', { name: words('rail.inbox') })
      .click();
    await openConversation(page, 'Anna Müller');
    await panel().getByText(words('work.chooseLabels')).click();
    await panel().getByRole('checkbox', { name: 'Stammkundschaft' }).check();
    await row(page, 'Anna Müller').getByText('Stammkundschaft').waitFor();
    await page.getByText(words('inbox.view.more'), { exact: true }).click();
    await page.getByRole('button', { name: 'Stammkundschaft' }).click();
    await until('one row', async () => (await page.locator('[role=option]').count()) === 1);
    await page.getByRole('button', { name: new RegExp(`^${words('inbox.view.open')}`) }).click();
  });

  test('writes a note that the search finds', async () => {
    await panel()
      .getByRole('button', { name: words('work.addNote') })
      .click();
    await panel()
      .getByRole('textbox', { name: words('work.noteText') })
      .fill('Mag keine Chrysanthemen');
    await page.keyboard.press('Control+Enter');
    await panel().getByText('Mag keine Chrysanthemen').waitFor();
    await page.keyboard.press('Control+f');
    await page.keyboard.type('chrysanth');
    await page.getByRole('option', { name: /Anna Müller.*Mag keine Chrysanthemen/s }).waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await field().inputValue(), '');
  });

  test('puts a conversation aside', async () => {
    await openConversation(page, 'Anna Müller');
    await page
      .getByRole('button', { name: words('work.done'), exact: true })
      .first()
      .click();
    await page.getByRole('button', { name: words('work.reopen') }).waitFor();
    await openConversation(page, 'Thorsten Krüger');
    await page
      .getByRole('button', {
        name: new RegExp(`^${words('inbox.view.done')}\\s*1`),
      })
      .click();
    await row(page, 'Anna Müller').waitFor();
    await page.getByRole('button', { name: new RegExp(`^${words('inbox.view.open')}`) }).click();
  });

  test('blurs names and texts with one key, and lifts that with the same', async () => {
    const blurred = () =>
      page.evaluate(() => {
        const name = document.querySelector('[role=option] [data-personal]');
        return name ? getComputedStyle(name).filter !== 'none' : false;
      });
    await row(page, 'Thorsten Krüger').waitFor();
    assert.equal(await blurred(), false);
    await page.keyboard.press('F8');
    await page.getByText(words('veil.on')).waitFor();
    assert.equal(await blurred(), true);
    await page.keyboard.press('F8');
    await until('the veil to be lifted', async () => !(await blurred()));
  });
});
