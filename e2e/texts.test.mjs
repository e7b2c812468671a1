// A snippet by slash, and a template where the 24 hours are over: chosen, filled
// in, sent, and its ticks.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { join } from 'node:path';
import { closeBrowser, openPage, removeFolder, startApp, temporaryFolder, until, words } from './harness.mjs';
import { bubble, bubbleWithStatus, composer, openConversation, rail } from './shop.mjs';

describe('ready-made texts in demo mode', () => {
  const home = temporaryFolder();
  let app;
  let page;
  const arrived = (text) =>
    bubbleWithStatus(page, text, 'delivered')
      .or(bubbleWithStatus(page, text, 'read'))
      .waitFor();
  const button = (name, root = page) => root.getByRole('button', { name, exact: true });

  before(async () => {
    app = await startApp({
      args: ['--demo', '--data', join(home, 'laden')],
      home,
    });
    page = await openPage(app);
    await page.getByText(words('demo.banner.title')).waitFor();
  });
  after(async () => {
    await closeBrowser();
    await app?.stop();
    removeFolder(home);
  });

  test('begins with examples', async () => {
    await rail(page, 'texts').click();
    await button(words('snippets.starter')).click();
    await page.getByRole('button', { name: /\/öffnungszeiten/ }).waitFor();
    await rail(page, 'inbox').click();
  });

  test('puts a snippet where the slash was, found without accents', async () => {
    await openConversation(page, 'Anna Müller');
    await composer(page).fill('');
    await page.keyboard.type('Gern. /grussung danke');
    await page
      .getByRole('listbox', { name: words('snippets.title') })
      .getByText('danke')
      .first()
      .waitFor();
    await page.keyboard.press('Enter');
    await until('the text', async () => (await composer(page).inputValue()).startsWith('Gern. Vielen Dank'));
  });

  test('does not send what is still open without asking', async () => {
    await composer(page).fill('');
    await page.keyboard.type('/hallo');
    await page
      .getByRole('listbox', { name: words('snippets.title') })
      .getByText('hallo')
      .first()
      .waitFor();
    await page.keyboard.press('Enter');
    await until('the open name', async () => (await composer(page).inputValue()).includes('{Name}'));
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.getByText(words('snippets.open.send')).waitFor();
    assert.equal(await page.locator('article', { hasText: '{Name}' }).count(), 0);
    await composer(page).fill('');
  });

  test('sends buttons to tap', async () => {
    await page.keyboard.type('/passt das');
    await page
      .getByRole('listbox', { name: words('snippets.title') })
      .getByText('passt das')
      .first()
      .waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('Ja, passt').waitFor();
    await button(words('composer.send'), page.getByRole('dialog')).click();
    await arrived('Passt das so für Sie?');
    await bubble(page, 'Passt das so für Sie?').getByText('Nein, bitte ändern').waitFor();
  });

  test('offers a template where the window is closed, and sends it', async () => {
    await openConversation(page, 'Café Morgenrot');
    await button(words('templates.offer')).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('bestellung_abholbereit').click();
    const fields = dialog.locator('input');
    await fields.nth(0).fill('Café Morgenrot');
    assert.equal(await button(words('composer.send'), dialog).isDisabled(), true);
    await fields.nth(1).fill('4711');
    const text = 'Guten Tag Café Morgenrot, Ihre Bestellung 4711 liegt zur Abholung bereit.';
    await dialog.getByText(text).waitFor();
    await button(words('composer.send'), dialog).click();
    await arrived(text);
  });

  test('refuses advertising without consent, with the reason', async () => {
    await button(words('templates.offer')).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('fruehlingsgruss').click();
    await dialog.getByText(words('templates.refusal.no_consent')).waitFor();
    assert.equal(await button(words('composer.send'), dialog).isDisabled(), true);
    await page.keyboard.press('Escape');
  });

  test('counts what was delivered', async () => {
    await rail(page, 'numbers').click();
    const card = page.getByRole('region', { name: words('costs.title') });
    await card.getByRole('cell', { name: new RegExp(words('costs.category.utility')) }).waitFor();
  });
});
