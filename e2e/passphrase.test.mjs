// Where there is no keychain: a passphrase opens the shop, and nothing else does.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  closeBrowser,
  findReadable,
  freePort,
  openPage,
  removeFolder,
  startApp,
  startSimulator,
  temporaryFolder,
  until,
  words,
} from './harness.mjs';

const passphrase = 'sieben gelbe Gummistiefel';

describe('without a keychain', () => {
  const home = temporaryFolder();
  const data = join(home, 'laden');
  const env = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' };
  let simulator;
  let app;
  let page;

  before(async () => {
    simulator = await startSimulator();
    app = await startApp({ args: ['--data', data], home, env });
    page = await openPage(app);
  });
  after(async () => {
    await closeBrowser();
    await app?.stop();
    await simulator?.stop();
    removeFolder(home);
  });

  test('asks for a passphrase when connecting, long enough and twice the same', async () => {
    await page.getByText(words('first.kept.passphrase')).waitFor();
    await page.getByRole('button', { name: words('first.connect.button') }).click();
    await page.getByText(words('connect.provider.custom'), { exact: true }).click();
    await page.getByLabel(words('connect.baseUrl')).fill(simulator.url);
    await page.getByLabel(words('connect.phoneNumberId')).fill('106540352242922');
    await page.getByLabel(words('connect.wabaId')).fill('102290129340398');
    await page.getByLabel(words('connect.token')).fill('tresen-simulator-token');
    await page.getByLabel(words('connect.appSecret')).fill('tresen-simulator-app-secret');
    await page.getByLabel(words('connect.verifyToken')).fill('tresen-simulator-verify-token');
    await page.getByLabel(words('connect.listenAddr')).fill(`127.0.0.1:${await freePort()}`);
    await page.getByLabel(words('connect.passphrase'), { exact: true }).fill(passphrase);
    await page.getByLabel(words('connect.passphraseAgain')).fill('sieben gelbe Schuhe');
    await page.getByRole('button', { name: words('connect.submit') }).click();
    await page.getByText(words('connect.passphraseDiffers')).waitFor();
    await page.getByLabel(words('connect.passphraseAgain')).fill(passphrase);
    await page.getByRole('button', { name: words('connect.submit') }).click();
    await page.getByRole('button', { name: words('connected.finish') }).click({ timeout: 60_000 });
    await page.getByText(words('inbox.list.empty')).waitFor();
  });

  test('is locked after a restart; only the right passphrase opens it', async () => {
    await page.context().close();
    await app.stop();
    assert.deepEqual(
      findReadable(
        [home],
        [passphrase, 'Gummistiefel', 'tresen-simulator-token', 'tresen-simulator-app-secret'],
      ).found,
      [],
    );
    app = await startApp({ args: ['--data', data], home, env });
    page = await openPage(app);
    await page.getByRole('heading', { name: words('locked.title') }).waitFor();
    await page.getByLabel(words('locked.passphrase')).fill('sieben grüne Gummistiefel');
    await page.getByRole('button', { name: words('locked.open') }).click();
    await page.getByText(words('error.wrong_passphrase.title')).waitFor({ timeout: 60_000 });
    await page.getByLabel(words('locked.passphrase')).fill(passphrase);
    await page.getByRole('button', { name: words('locked.open') }).click();
    await page.getByText(words('inbox.list.empty')).waitFor({ timeout: 60_000 });
    assert.deepEqual(page.problems, []);
  });
});
