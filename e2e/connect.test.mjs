// The same program without --demo: connected by hand to a separately started
// simulator, over HTTP, with a real keychain.
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
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
import {
  askToErase,
  bubble,
  bubbleWithStatus,
  confirmErasure,
  openConversation,
  reply,
  row,
} from './shop.mjs';

const secrets = {
  token: 'EAA-e2e-token-7f3a',
  appSecret: 'e2e-app-secret-91bc',
  verifyToken: 'e2e-verify-token-55',
};

describe('connected by hand, with a real keychain', () => {
  const home = temporaryFolder();
  const data = join(home, 'laden');
  let simulator;
  let app;
  let page;
  let listen;

  const call = (...request) => simulator.call(...request);
  const says = (who, message) => call('POST', `customers/${encodeURIComponent(who)}/messages`, message);

  const chat = async () => (await call('GET', 'customers/%2B491713920077/chat')).items;

  before(async () => {
    listen = `127.0.0.1:${await freePort()}`;
    simulator = await startSimulator({ listen, secrets, 'read-after': '500ms' });
    app = await startApp({ args: ['--data', data], home });
    page = await openPage(app);
  });
  after(async () => {
    await closeBrowser();
    await app?.stop();
    await simulator?.stop();
    removeFolder(home);
  });

  test('offers the demo and the connection by hand at the first start', async () => {
    await page.getByRole('heading', { name: words('first.title') }).waitFor();
    await page.getByRole('button', { name: words('first.demo.button') }).waitFor();
    await page.getByText(words('first.kept.keychain')).waitFor();
    await page.getByRole('button', { name: words('first.connect.button') }).click();
  });

  test('names what is missing, and refuses a wrong token without keeping anything', async () => {
    await page.getByRole('button', { name: words('connect.submit') }).click();
    await page.getByText(words('connect.missing')).first().waitFor();
    await page.getByText(words('connect.provider.custom'), { exact: true }).click();
    await page.getByLabel(words('connect.baseUrl')).fill(simulator.url);
    await page.getByLabel(words('connect.phoneNumberId')).fill('106540352242922');
    await page.getByLabel(words('connect.wabaId')).fill('102290129340398');
    await page.getByLabel(words('connect.token')).fill('EAA-wrong');
    await page.getByLabel(words('connect.appSecret')).fill(secrets.appSecret);
    await page.getByLabel(words('connect.verifyToken')).fill(secrets.verifyToken);
    await page.getByLabel(words('connect.listenAddr')).fill(listen);
    await page.getByRole('button', { name: words('connect.submit') }).click();
    await page.getByText(words('error.token_expired.title')).first().waitFor();
  });

  test('connects with the right one and says where deliveries go', async () => {
    await page.getByLabel(words('connect.token')).fill(secrets.token);
    await page.getByRole('button', { name: words('connect.submit') }).click();
    await page.getByRole('heading', { name: words('connected.title') }).waitFor();
    await page.getByText(`http://${listen}/webhook`).waitFor();
    await page.getByRole('button', { name: words('connected.finish') }).click();
    await page.getByText(words('inbox.list.empty')).waitFor();
  });

  test('answers the handshake of the callback', async () => {
    await call('POST', 'callback', {
      url: `http://${listen}/webhook`,
      verify_token: secrets.verifyToken,
      verify: true,
    });
  });

  test('shows a signed delivery, answers it, and gets the ticks', async () => {
    await call('POST', 'customers', { phone: '+491713920077', name: 'Brigitte Auerbach' });
    await says('+491713920077', { type: 'text', text: 'Reparieren Sie auch Holzräder?' });
    await openConversation(page, 'Brigitte Auerbach');
    await bubble(page, 'Holzräder').waitFor();
    await reply(page, 'Ja, bringen Sie es vorbei.');
    await bubbleWithStatus(page, 'Ja, bringen Sie es vorbei.', 'read').waitFor();
    assert.deepEqual(
      (await chat()).filter((item) => !item.mine).map((item) => item.text),
      ['Ja, bringen Sie es vorbei.'],
    );
  });

  test('refuses a delivery that nobody has signed', async () => {
    const forged = JSON.stringify({ object: 'whatsapp_business_account', entry: [] });
    for (const headers of [{}, { 'X-Hub-Signature-256': `sha256=${'0'.repeat(64)}` }]) {
      const response = await fetch(`http://${listen}/webhook`, { method: 'POST', body: forged, headers });
      assert.equal(response.status, 401);
    }
  });

  test('opens a conversation for a customer without a number, who can be answered', async () => {
    await call('POST', 'customers', { bsuid: 'DE.55501234567890', name: 'Sesamstraße', username: 'krumel' });
    await says('DE.55501234567890', { type: 'text', text: 'Gibt es noch Haferkekse?' });
    await openConversation(page, 'Sesamstraße');
    await bubble(page, 'Haferkekse').waitFor();
    await reply(page, 'Drei Bleche, ganz frisch.');
    await bubbleWithStatus(page, 'Drei Bleche, ganz frisch.', 'read').waitFor();
  });

  test('loses nothing but the unknown part of a delivery', async () => {
    await call('PATCH', 'faults', { hold: true });
    await says('+491713920077', { type: 'text', text: 'Vor dem Unbekannten' });
    await says('+491713920077', { type: 'hologram', raw: { hologram: { glow: 'blue' } } });
    await says('+491713920077', { type: 'text', text: 'Nach dem Unbekannten' });
    await call('PATCH', 'faults', { hold: false, duplicates: 2, shuffle: true, merge: true });
    await openConversation(page, 'Brigitte Auerbach');
    await bubble(page, 'Vor dem Unbekannten').waitFor();
    await bubble(page, 'Nach dem Unbekannten').waitFor();
    await page.getByText(words('message.unknown')).waitFor();
    await call('POST', 'wait-idle', { timeout: '10s' });
    assert.equal(await bubble(page, 'Vor dem Unbekannten').count(), 1);
    assert.equal(await bubble(page, 'Nach dem Unbekannten').count(), 1);
    await call('POST', 'faults', {});
  });

  test('pauses when the token is dead and goes on with a new one', async () => {
    await call('POST', 'tokens', { token: secrets.token, do: 'expire' });
    await reply(page, 'Diese Antwort muss warten.');
    await page.getByText(words('connection.banner.paused')).waitFor();
    await call('POST', 'tokens', { token: 'EAA-e2e-second', do: 'add' });
    await page.getByLabel(words('token.label')).fill('EAA-e2e-second');
    await page.getByRole('button', { name: words('token.save') }).click();
    await page.getByText(words('connection.banner.paused')).waitFor({ state: 'hidden' });
    await bubbleWithStatus(page, 'Diese Antwort muss warten.', 'read').waitFor();
  });

  test('asks instead of sending twice when the answer to a send was lost', async () => {
    await call('PATCH', 'faults', { lose_responses: 1 });
    await reply(page, 'Ging das hinaus?');
    // The status carries our own id, so the message settles without being sent again.
    await bubbleWithStatus(page, 'Ging das hinaus?', 'read').waitFor();
    assert.equal((await chat()).filter((item) => item.text === 'Ging das hinaus?').length, 1);
    await call('POST', 'faults', {});
  });

  test('opens by itself after a restart and gets what was written meanwhile', async () => {
    await page.context().close();
    await app.stop();
    await says('+491713920077', { type: 'text', text: 'Sind Sie schon zu Hause?' });
    app = await startApp({ args: ['--data', data], home });
    page = await openPage(app);
    await openConversation(page, 'Brigitte Auerbach');
    await bubble(page, 'Holzräder').waitFor();
    await bubble(page, 'Sind Sie schon zu Hause?').waitFor({ timeout: 60_000 });
  });

  test('keeps no secret, name or word readable on the disk', async () => {
    const needles = [
      ...Object.values(secrets),
      'EAA-e2e-second',
      'Brigitte',
      'Auerbach',
      'Holzräder',
      '1713920077',
      '55501234567890',
      'krumel',
      'Haferkekse',
      'hologram',
    ];
    assert.deepEqual(findReadable([home], needles).found, []);
    assert.doesNotMatch(app.output(), /EAA-e2e|e2e-app-secret|Auerbach|1713920077/);
  });

  test('erases a person for good: even an old copy does not open any more', async () => {
    const copy = join(home, 'alte-kopie');
    const twin = join(home, 'kontrolle');
    for (const folder of [copy, twin]) cpSync(data, folder, { recursive: true });
    // Before the erasure a copy does open: what closes it later is the erasure, not the copying.
    const early = await startApp({ args: ['--data', twin], home });
    try {
      const earlyPage = await openPage(early);
      await openConversation(earlyPage, 'Brigitte Auerbach');
      await bubble(earlyPage, 'Holzräder').waitFor();
    } finally {
      await early.stop();
    }

    await openConversation(page, 'Brigitte Auerbach');
    const dialog = await askToErase(page);
    await dialog.getByText('Brigitte Auerbach').waitFor();
    await confirmErasure(dialog);
    await dialog
      .getByRole('button', { name: words('common.close') })
      .last()
      .click();
    await page.getByRole('button', { name: words('certificate.leave.do') }).click();
    await until('the row to go', async () => (await row(page, 'Brigitte Auerbach').count()) === 0);
    await row(page, 'Sesamstraße').waitFor();
    await openConversation(page, 'Sesamstraße');
    await bubble(page, 'Haferkekse').waitFor();

    const old = await startApp({ args: ['--data', copy], home });
    try {
      const oldPage = await openPage(old);
      await oldPage.getByRole('heading', { name: words('problem.title') }).waitFor();
      await oldPage.getByText(words('error.key_missing.title')).waitFor();
      assert.doesNotMatch(await oldPage.locator('body').innerText(), /Auerbach|Holzräder/);
    } finally {
      await old.stop();
    }
  });

  test('has the others, and not the erased one, after one more restart', async () => {
    assert.deepEqual(page.problems, []);
    await page.context().close();
    await app.kill();
    app = await startApp({ args: ['--data', data], home });
    page = await openPage(app);
    await openConversation(page, 'Sesamstraße');
    await bubble(page, 'Haferkekse').waitFor();
    assert.equal(await row(page, 'Brigitte Auerbach').count(), 0);
  });
});
