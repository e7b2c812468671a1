// What comes in and goes out: a phone's chat export into a conversation and back
// out of it, two entries joined and parted, and the whole shop as one open file.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  closeBrowser,
  openPage,
  pattern,
  removeFolder,
  startApp,
  temporaryFolder,
  until,
  words,
} from './harness.mjs';
import { bubble, openConversation, rail, row, unfold } from './shop.mjs';

describe('imports, exports and people', () => {
  const home = temporaryFolder();
  const picked = join(home, 'WhatsApp Chat mit Anna.txt');
  let app;
  let page;

  const panel = () => page.getByRole('complementary', { name: words('customer.title') });
  const dialog = () => page.getByRole('dialog');
  const press = async (scope, key) => {
    await scope.getByRole('button', { name: words(key), exact: true }).focus();
    await page.keyboard.press('Enter');
  };

  before(async () => {
    const now = new Date(Date.now() - 60_000);
    const two = (n) => String(n).padStart(2, '0');
    const at = `${two(now.getDate())}.${two(now.getMonth() + 1)}.${two(now.getFullYear() % 100)}, ${two(now.getHours())}:${two(now.getMinutes())}`;
    writeFileSync(
      picked,
      `${at} - Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt.\n` +
        `${at} - Anna: Haben Sie Christrosen?\n${at} - Laden: Ja, ab Freitag\n`,
    );
    app = await startApp({
      args: ['--demo', '--data', join(home, 'laden')],
      home,
      env: { TRESEN_E2E_PICK: picked, TRESEN_E2E_FILES: home },
    });
    page = await openPage(app);
    await row(page, 'Anna Müller').waitFor();
    await openConversation(page, 'Anna Müller');
  });
  after(async () => {
    await closeBrowser();
    await app?.stop();
    removeFolder(home);
  });

  test('imports a chat, marks it, and takes it back, by keyboard', async () => {
    await unfold(page, 'more');
    await press(panel(), 'import.open');
    await press(dialog(), 'import.choose');
    await dialog().getByRole('radio').nth(1).focus();
    await page.keyboard.press('Space');
    await dialog().getByText('Ja, ab Freitag').waitFor();
    await dialog()
      .getByRole('button', { name: /2 Nachrichten importieren/ })
      .focus();
    await page.keyboard.press('Enter');
    await dialog()
      .getByText(/2 Nachrichten importiert/)
      .waitFor();
    await page.keyboard.press('Escape');
    await panel().getByText(pattern('import.row')).waitFor();
    await bubble(page, /Christrosen/)
      .getByText(words('message.imported'))
      .waitFor();
    await press(panel(), 'import.remove');
    await until('the import to be gone', async () => (await bubble(page, /Christrosen/).count()) === 0);
  });

  test('joins two entries after a look, and parts them', async () => {
    await unfold(page, 'more');
    await press(panel(), 'people.join.open');
    await dialog().getByRole('searchbox').fill('becker');
    await dialog().getByRole('listitem').getByRole('button').first().click();
    await dialog().getByText(words('people.join.care')).waitFor();
    await press(dialog(), 'people.join.do');
    await dialog().waitFor({ state: 'hidden' });
    await press(panel(), 'people.part');
    await until('the part', async () => (await panel().getByText(words('people.same')).count()) === 0);
  });

  test('exports the whole shop', async () => {
    await rail(page, 'privacy').click();
    await page.getByRole('button', { name: words('privacy.part.backup'), exact: true }).click();
    await page.getByRole('checkbox', { name: words('export.encrypt') }).uncheck();
    await page.getByText(words('export.clear')).waitFor();
    await page.getByRole('button', { name: words('export.save') }).click();
    await page.getByText(/^Exportiert: /).waitFor();
    const name = new Intl.DateTimeFormat('sv-SE').format(new Date());
    assert.equal(
      readFileSync(join(home, `Tresen-Export ${name}.zip`))
        .subarray(0, 2)
        .toString(),
      'PK',
    );
  });
});
