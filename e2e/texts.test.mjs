// A snippet by slash, and a template where the 24 hours are over: chosen, filled
// in, sent, and its ticks.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { join } from 'node:path';
import {
  closeBrowser,
  openPage,
  removeFolder,
  root,
  startApp,
  temporaryFolder,
  until,
  words,
} from './harness.mjs';
import { bubble, bubbleWithStatus, composer, openConversation, rail } from './shop.mjs';

describe('ready-made texts in demo mode', () => {
  const home = temporaryFolder();
  const picture = join(root, 'build/appicon.png');
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
      env: { TRESEN_E2E_PICK: picture },
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

  test('hands in a template with a picture, and sends one with it', async () => {
    await rail(page, 'texts').click();
    await page.getByText(words('templates.title'), { exact: true }).first().click();
    await button(words('templates.new')).first().click();
    const form = page.getByRole('form', { name: words('templates.new') });
    await form.getByLabel(words('templates.name')).first().fill('strauss');
    await form.getByRole('radio', { name: words('kind.image') }).check();
    await button(words('templates.file.choose'), form).click();
    await form.getByText(words('templates.sample.there')).waitFor();
    const text = 'Guten Tag, so sieht der Strauß aus, den Sie bestellt haben.';
    await form.getByRole('textbox', { name: words('templates.body') }).fill(text);
    await button(words('templates.create'), form).click();
    await form.waitFor({ state: 'detached' });
    await until('the approval', () =>
      page.evaluate(async () =>
        (await window.go.app.Templates.Refresh()).templates.some(
          (one) => one.name === 'strauss' && one.status === 'APPROVED',
        ),
      ),
    );
    await rail(page, 'inbox').click();
    await openConversation(page, 'Café Morgenrot');
    await button(words('templates.offer')).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('strauss').click();
    assert.equal(await button(words('composer.send'), dialog).isDisabled(), true);
    await dialog.getByLabel(words('templates.file.image')).locator('input').setInputFiles(picture);
    await button(words('templates.file.other'), dialog).waitFor();
    await dialog.locator('img').first().waitFor();
    await button(words('composer.send'), dialog).click();
    await arrived(text);
    await bubble(page, text).locator('img').waitFor();
  });

  test('counts what was delivered', async () => {
    await rail(page, 'numbers').click();
    const card = page.getByRole('region', { name: words('costs.title') });
    await card.getByRole('cell', { name: new RegExp(words('costs.category.utility')) }).waitFor();
  });
});
