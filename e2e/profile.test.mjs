// The shop's details, its profile at WhatsApp, its imprint and its website's
// widget, against the simulator's side of Meta.
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
  root,
  startApp,
  temporaryFolder,
  until,
  words,
} from './harness.mjs';
import { openConversation, rail, row, writeAsCustomer } from './shop.mjs';

const street = 'Am Rosengarten 12a';

describe('profile, imprint and website', () => {
  const home = temporaryFolder();
  const data = join(home, 'laden');
  let app;
  let page;
  let noticeId;

  const section = (name) =>
    page.getByRole('button', { name: words(`profile.section.${name}`), exact: true }).click();
  const button = (key) => page.getByRole('button', { name: words(key), exact: true });

  before(async () => {
    app = await startApp({ args: ['--demo', '--data', data], home });
    page = await openPage(app);
    await rail(page, 'profile').click();
  });
  after(async () => {
    await closeBrowser();
    await app?.stop();
    removeFolder(home);
  });

  test('keeps what the shop says about itself, and says the hours in words', async () => {
    await page.getByLabel(words('profile.shop.street')).fill(street);
    const monday = page.getByLabel('Montag: bis');
    await monday.fill('17.30');
    await monday.blur();
    await page.getByText(/^Mo 9–17:30 Uhr, Di–Fr 9–18 Uhr/).waitFor();
    await button('profile.hours.copy').click();
    await page.getByText(/^Mo–Fr 9–17:30 Uhr, Sa 9–14 Uhr$/).waitFor();
    assert.deepEqual(await accessibilityProblems(page), []);
    await rail(page, 'settings').click();
    await rail(page, 'profile').click();
    assert.equal(await page.getByLabel(words('profile.shop.street')).inputValue(), street);
  });

  test('writes the profile only after showing the difference, and reads it back', async () => {
    await section('whatsapp');
    await button('profile.whatsapp.take').click();
    await page.getByLabel(words('profile.field.about')).fill('Blumen aus der Wiese');
    await page.locator('input[type=file]').setInputFiles(join(root, 'build/appicon.png'));
    await page.getByLabel(words('profile.crop.size')).press('ArrowLeft');
    await button('profile.crop.take').click();
    await page.getByText(words('profile.picture.chosen')).waitFor();
    await button('profile.whatsapp.review').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(`${street}, 10115 Berlin`).waitFor();
    assert.deepEqual(await accessibilityProblems(page), []);
    await dialog.getByRole('button', { name: words('profile.review.write') }).click();
    await page.getByText(pattern('profile.whatsapp.saved')).waitFor();
    await button('profile.whatsapp.reload').click();
    await page.getByRole('img', { name: words('profile.picture.alt') }).waitFor();
    assert.equal(await page.getByLabel(words('profile.field.about')).inputValue(), 'Blumen aus der Wiese');
    assert.equal(
      await page.getByLabel(words('profile.whatsapp.site1')).inputValue(),
      'https://wiesengrund.example/impressum',
    );
  });

  test('asks WhatsApp for ice breakers and commands', async () => {
    await button('profile.automation.addPrompt').click();
    await page.getByLabel('Frage 1', { exact: true }).fill('Haben Sie heute offen?');
    await button('profile.automation.save').click();
    await page.getByText(words('profile.automation.saved')).waitFor();
    await button('profile.username.look').click();
    await page.getByText(words('profile.username.none')).waitFor();
  });

  test('the imprint is a draft until exactly that text is confirmed', async () => {
    await section('legal');
    const paper = page.getByRole('article', { name: 'Impressum' });
    await paper.getByText(street).waitFor();
    await paper.getByText(/^Entwurf/).waitFor();
    await page.getByLabel(words('profile.paper.confirm')).click();
    await until('the draft mark to go', async () => (await paper.getByText(/^Entwurf/).count()) === 0);
    assert.deepEqual(await accessibilityProblems(page), []);
    await section('shop');
    await page.getByLabel(words('profile.shop.street')).fill('Am Markt 3');
    await section('legal');
    await page.getByText(words('profile.paper.changedSinceConfirmed')).waitFor();
    await paper.getByText(/^Entwurf/).waitFor();
  });

  test('shows the real widget, which asks nobody', async () => {
    await section('website');
    const frame = page.frameLocator('iframe');
    await frame.getByRole('button', { name: 'Per WhatsApp schreiben' }).click();
    await frame.getByRole('dialog', { name: 'Chat mit Blumen Wiesengrund' }).waitFor();
    // Its links lead nowhere from here: the window asks nobody outside, not even in a frame.
    await frame.getByRole('link', { name: /^Chat öffnen/ }).click();
    await frame.getByRole('link', { name: 'Datenschutz' }).click();
    await page.getByLabel(words('profile.website.label')).fill('Fragen Sie uns');
    await frame.getByRole('button', { name: 'Fragen Sie uns' }).waitFor();
    const lead = await page.getByText(pattern('profile.website.noticeLead')).textContent();
    noticeId = /W\d+-[A-Z2-7]{4}/.exec(lead)[0];
    assert.deepEqual(await accessibilityProblems(page), []);
    await button('profile.website.copySnippet').click();
    await page.getByText(words('common.copied')).waitFor();
  });

  test('a message with the mark says which notice the customer saw', async () => {
    await writeAsCustomer(page, 'Anna Müller', `Hallo, eine Frage. (Hinweis ${noticeId})`);
    await rail(page, 'inbox').click();
    await row(page, 'Anna Müller').waitFor();
    await openConversation(page, 'Anna Müller');
    await page.getByText(new RegExp(`^Fassung ${noticeId}, mit der Nachricht vom`)).waitFor();
    await page.getByText(words('profile.seen.text')).click();
    await page.getByText(/^Chat mit Blumen Wiesengrund/).waitFor();
  });

  test('nothing of it lies readable on the disk, and nothing was asked elsewhere', async () => {
    const refused = /frame-src|Blocked opening|ERR_BLOCKED/; // what the test tried above
    assert.deepEqual(
      page.problems.filter((problem) => !refused.test(problem)),
      [],
    );
    await app.stop();
    app = undefined;
    const { found, files } = findReadable([data], [street, 'Blumen aus der Wiese', `${noticeId})`]);
    assert.ok(files > 2);
    assert.deepEqual(found, []);
  });
});
