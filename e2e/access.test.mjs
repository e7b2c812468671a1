// The copy of everything kept about a person: what is about others is proposed to be blacked
// out, and the package opens in a browser that may ask nobody for anything.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import {
  accessibilityProblems,
  closeBrowser,
  filesBelow,
  openPage,
  pattern,
  removeFolder,
  startApp,
  temporaryFolder,
  words,
} from './harness.mjs';
import { openConversation, unfold } from './shop.mjs';

describe('the copy for a person', () => {
  const home = temporaryFolder();
  const files = join(home, 'files');
  const folder = join(home, 'package');
  let app;
  let page;

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
    await openConversation(page, /Freifrau/);
  });
  after(async () => {
    assert.deepEqual(page?.problems ?? [], []);
    await closeBrowser();
    await app?.stop();
    removeFolder(home);
  });

  test('proposes to black out the contact card of somebody else', async () => {
    await unfold(page, 'rights');
    await page.getByRole('button', { name: words('access.open') }).click();
    const dialog = page.getByRole('dialog');
    const card = dialog.getByRole('checkbox', { name: /Hotel Lindenhof/ });
    await card.waitFor();
    assert.equal(await card.isChecked(), true);
    assert.deepEqual(await accessibilityProblems(page), []);
    await dialog.getByLabel(words('access.case'), { exact: true }).fill('AK-2026-001');
    await dialog.getByLabel(words('access.authority'), { exact: true }).fill('BayLDA, Ansbach');
    await dialog.getByRole('button', { name: words('access.save') }).click();
    await dialog.getByText(pattern('access.done')).waitFor();
    const [zip] = readdirSync(files);
    assert.equal(zip, 'Auskunft AK-2026-001.zip');
    execFileSync('python3', ['-m', 'zipfile', '-e', join(files, zip), folder]);
  });

  test('holds what its list of digests says', () => {
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    assert.equal(filesBelow(folder).length, manifest.files.length + 1);
    for (const { path, sha256 } of manifest.files) {
      assert.equal(
        createHash('sha256')
          .update(readFileSync(join(folder, path)))
          .digest('hex'),
        sha256,
        path,
      );
    }
  });

  for (const name of ['00_LIESMICH_README.html', '03_Chatverlauf.html']) {
    test(`opens ${name} without asking anybody`, async () => {
      const requests = [];
      const reader = await openPage({ url: 'about:blank' }, { offline: true });
      await reader.route('**/*', (route) => {
        requests.push(route.request().url());
        return route.continue();
      });
      const address = pathToFileURL(join(folder, name)).href;
      await reader.goto(address);
      await reader.getByRole('heading', { level: 1 }).waitFor();
      assert.deepEqual(await accessibilityProblems(reader), []);
      assert.deepEqual(requests, [address]);
      assert.deepEqual(reader.problems, []);
      const text = await reader.locator('body').innerText();
      assert.ok(!text.includes('Hotel Lindenhof'), 'somebody else is named');
      await reader.close();
    });
  }

  test('says in words that something was blacked out, and links to what was sent', async () => {
    const reader = await openPage({
      url: pathToFileURL(join(folder, '00_LIESMICH_README.html')).href,
    });
    await reader.getByText('Geschwärzte Nachrichten: 1.').waitFor();
    await reader.getByText('BayLDA, Ansbach').waitFor();
    await reader.getByRole('link', { name: 'Zum Chatverlauf' }).click();
    await reader.getByText('[geschwärzt: Rechte Dritter]').waitFor();
    const paper = await reader.getByRole('link', { name: /Trauerkranz/ }).getAttribute('href');
    assert.ok(readFileSync(join(folder, paper)).subarray(0, 4).equals(Buffer.from('%PDF')));
    await reader.close();
  });
});
