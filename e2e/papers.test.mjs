// The papers for the authority in the demo: written from what is set, drafts
// until somebody confirms them, and a clock that runs while a breach is not told.
import assert from 'node:assert/strict';
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
  words,
} from './harness.mjs';

describe('the papers', () => {
  const home = temporaryFolder();
  let app;
  let page;
  let list;

  const paper = (name) => list.getByRole('button', { name });
  const back = () => page.getByRole('button', { name: words('papers.back') }).click();
  const article = () => page.locator('article');

  before(async () => {
    app = await startApp({
      args: ['--demo', '--data', join(home, 'laden')],
      home,
    });
    page = await openPage(app);
    await page
      .getByRole('navigation')
      .getByRole('button', { name: words('privacy.title'), exact: true })
      .click();
    await page.getByRole('button', { name: words('privacy.part.papers'), exact: true }).click();
    list = page.getByRole('list', { name: words('papers.title') });
    await list.getByRole('button').first().waitFor();
  });
  after(async () => {
    await closeBrowser();
    await app?.stop();
    removeFolder(home);
  });

  test('say what is missing and lead to where it is filled in', async () => {
    assert.deepEqual(await accessibilityProblems(page), []);
    await paper('Verzeichnis der Verarbeitungstätigkeiten').press('Enter');
    await article().getByText('Entwurf – bitte prüfen lassen').waitFor();
    assert.deepEqual(await accessibilityProblems(page), []);
    await page
      .getByRole('button', { name: words('papers.go.answers') })
      .first()
      .click();
    await page.getByLabel(words('papers.answers.tax'), { exact: true }).fill('Steuerbüro Kern 1302');
    await page.getByLabel(words('papers.answers.help.none')).check();
    await page.getByRole('button', { name: words('common.save'), exact: true }).click();
    await page.getByText(words('papers.answers.saved')).waitFor();
    assert.deepEqual(await accessibilityProblems(page), []);
    await back();
    await paper('Verzeichnis der Verarbeitungstätigkeiten').click();
    await article().getByText('Steuerbüro Kern 1302').waitFor();
    assert.equal(await page.getByText(words('papers.gap.tax')).count(), 0);
  });

  test('are drafts until this version is confirmed', async () => {
    await page.getByLabel(words('papers.confirm.by'), { exact: true }).fill('Kanzlei Weber');
    await page.getByRole('button', { name: words('papers.confirm') }).click();
    await page
      .getByRole('region', { name: words('papers.versions') })
      .getByText('Kanzlei Weber')
      .waitFor();
    assert.equal(await article().getByText('Entwurf – bitte prüfen lassen').count(), 0);
    await page.getByLabel(words('papers.language')).selectOption('en');
    await article().getByText('Draft – please have it checked').waitFor();
    await page.getByLabel(words('papers.language')).selectOption('de');
    await back();
  });

  test('draw the flow of data and list the contracts', async () => {
    await paper('Weg der Daten').click();
    await article()
      .getByRole('img', { name: /Dieser Rechner/ })
      .waitFor();
    assert.deepEqual(await accessibilityProblems(page), []);
    await back();
    await paper('Verträge mit Auftragsverarbeitern').click();
    await page.getByRole('button', { name: words('papers.contract.add') }).click();
    await page.getByLabel(words('papers.contract.accepted')).fill('2026-02-03');
    await page.getByLabel(words('papers.contract.version'), { exact: true }).fill('Terms 1401');
    await page.getByRole('button', { name: words('common.save'), exact: true }).click();
    await article().getByText('03.02.2027').waitFor();
    assert.deepEqual(await accessibilityProblems(page), []);
    await back();
  });

  test('show the eight points with their evidence', async () => {
    await paper('Prüfliste').click();
    await article().getByText('Terms 1401').waitFor();
    assert.equal(await article().locator('ol > li').count(), 8);
    assert.deepEqual(await accessibilityProblems(page), []);
    await article()
      .getByRole('button', { name: words('papers.go.backup') })
      .click();
    await page.getByText(words('backup.title')).first().waitFor();
    await page.getByRole('button', { name: words('privacy.part.papers'), exact: true }).click();
    await list.waitFor();
  });

  test('let the clock of a breach run until it is judged or told', async () => {
    await paper(words('papers.breaches')).click();
    await page.getByRole('button', { name: words('papers.breach.begin') }).click();
    await page.getByLabel(words('papers.breach.nature')).fill('Rechner aus dem Laden gestohlen');
    await page.getByRole('button', { name: words('papers.breach.next') }).click();
    await page.getByText(pattern('papers.breach.left')).waitFor();
    assert.deepEqual(await accessibilityProblems(page), []);
    await page.getByRole('button', { name: words('papers.breach.step.told') }).click();
    await page.getByRole('button', { name: words('papers.breach.preview') }).click();
    await article().getByText('Rechner aus dem Laden gestohlen').waitFor();
    await page.getByRole('button', { name: words('papers.breach.leave') }).click();
    await back();
    // The clock stands over every part of the area.
    await page.getByRole('button', { name: words('privacy.part.keeping'), exact: true }).click();
    await page.getByText(pattern('papers.breach.left')).waitFor();
    await page.getByRole('button', { name: words('papers.breach.open') }).click();
    await page.getByRole('button', { name: words('papers.breach.step.risk') }).click();
    await page.getByLabel(words('papers.breach.risk.none')).check();
    await page.getByRole('button', { name: words('papers.breach.next') }).click();
    await page.getByText(pattern('papers.breach.left')).waitFor({ state: 'hidden' });
  });
});
