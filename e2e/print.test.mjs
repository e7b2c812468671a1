// From the shop window to the chat: lay out a poster, save it, read its code with another
// program, scan it with a phone of the play shop, and see it counted where it hangs.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
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
import { rail } from './shop.mjs';

const typed = 'Guten Tag (Schaufenster)';
const link = 'https://wa.me/493023125110?text=Guten%20Tag%20%28Schaufenster%29';

/** What another decoder reads on the first page of a PDF at 300 dpi. */
function decoded(pdf) {
  const picture = pdf.replace(/\.pdf$/, '');
  execFileSync('pdftoppm', ['-r', '300', '-gray', '-png', '-singlefile', pdf, picture]);
  return execFileSync('zbarimg', ['--nodbus', '-q', '--raw', `${picture}.png`], { encoding: 'utf8' }).trim();
}

describe('the printing area', () => {
  const home = temporaryFolder();
  const files = join(home, 'files');
  let app;
  let page;

  const part = (key) => page.getByRole('button', { name: words(`print.part.${key}`), exact: true }).click();
  const count = (name) =>
    page
      .getByRole('article', { name: 'Schaufenster' })
      .getByRole('term')
      .filter({ hasText: words(`register.${name}`) })
      .locator('xpath=../dd')
      .textContent();

  before(async () => {
    mkdirSync(files);
    app = await startApp({
      args: ['--demo', '--data', join(home, 'laden')],
      home,
      env: { TRESEN_E2E_FILES: files },
    });
    page = await openPage(app, { reducedMotion: 'reduce' });
    await rail(page, 'print').click();
  });
  after(async () => {
    assert.deepEqual(page?.problems ?? [], []);
    await closeBrowser();
    await app?.stop();
    removeFolder(home);
  });

  test('lays out a poster whose code is read well', async () => {
    await page.getByLabel(words('print.place'), { exact: true }).fill('Schaufenster');
    await page.getByText(typed, { exact: true }).waitFor();
    await page.getByText(link, { exact: true }).waitFor();
    await page.getByText(words('print.light.green')).waitFor();
    assert.deepEqual(await accessibilityProblems(page), []);
  });

  test('saves it as a PDF that another decoder reads', async () => {
    await page.getByRole('button', { name: words('print.save.office') }).click();
    await page.getByText(words('print.saved.register')).waitFor();
    const [file] = readdirSync(files).filter((name) => name.endsWith('.pdf'));
    assert.equal(decoded(join(files, file)), link);
  });

  test('saves the code by itself', async () => {
    await part('code');
    await page.getByRole('button', { name: words('print.code.pdf') }).click();
    await page.getByText(words('print.saved.register')).waitFor();
    assert.equal(
      decoded(
        join(
          files,
          readdirSync(files).find((name) => /QR.*\.pdf$/.test(name)),
        ),
      ),
      link,
    );
    assert.deepEqual(await accessibilityProblems(page), []);
  });

  test('counts where the code was scanned', async () => {
    await rail(page, 'play').click();
    await page.getByRole('button', { name: words('play.scan'), exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: typed }).first().click();
    await page
      .getByRole('group', { name: words('play.chat') })
      .getByText(typed)
      .waitFor();
    await rail(page, 'print').click();
    await part('register');
    await until('the count', async () => (await count('messages')) === '1');
    assert.equal(await count('conversations'), '0'); // she has written before
    assert.deepEqual(await accessibilityProblems(page), []);
  });

  test('recognises a test with the phone and does not count it', async () => {
    await page
      .getByRole('article', { name: 'Schaufenster' })
      .getByRole('button', { name: words('print.test.button') })
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: words('print.test.scan') }).click();
    await dialog.getByText(words('print.test.passed')).waitFor();
    assert.deepEqual(await accessibilityProblems(page), []);
    await dialog.getByRole('button', { name: words('common.done') }).click();
    await page.getByText(pattern('register.tested')).first().waitFor();
    assert.equal(await count('messages'), '1');
  });

  test('warns before an editable link dies that hangs somewhere', async () => {
    await part('code');
    await page.getByRole('button', { name: words('print.short.show') }).click();
    await page.getByRole('button', { name: words('print.short.new') }).click();
    const card = page.locator('section', { hasText: words('print.short.title') }).last();
    await card.getByRole('textbox', { name: words('print.place') }).fill('Theke');
    await card.getByRole('button', { name: words('common.save') }).click();
    await card.getByRole('button', { name: words('print.short.use'), exact: true }).click();
    await page
      .getByText(/^https:\/\/wa\.me\/message\//)
      .first()
      .waitFor();
    await page.getByText(words('print.light.green')).waitFor();
    await page.getByRole('button', { name: words('print.code.png') }).click();
    await card.getByText(/Theke$/).waitFor();
    await card.getByRole('button', { name: words('print.short.delete'), exact: true }).click();
    await page.getByRole('dialog').getByText(words('print.short.deleteDead')).waitFor();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: words('print.short.deleteYes') })
      .click();
    await card.getByText(words('print.short.none')).waitFor();
  });
});
