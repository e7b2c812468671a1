// What a shop sends besides text, from the composer to the customer's phone and
// back as ticks: a picture, a voice note, its place, a reaction; and what it
// takes back.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  accessibilityProblems,
  closeBrowser,
  freePort,
  openPage,
  pattern,
  removeFolder,
  startApp,
  startSimulator,
  temporaryFolder,
  until,
  words,
} from './harness.mjs';
import { bubble, bubbleWithStatus, connect, openConversation, reply } from './shop.mjs';

const customer = '+491713920078';
const secrets = {
  token: 'EAA-e2e-send',
  appSecret: 'e2e-send-app',
  verifyToken: 'e2e-send-verify',
};

describe('sending more than text', () => {
  const home = temporaryFolder();
  let simulator;
  let app;
  let page;

  const post = (path, body) => simulator.call('POST', path, body);
  const received = async () =>
    (await simulator.call('GET', `customers/${encodeURIComponent(customer)}/chat`)).items;
  const phoneGets = (what, accept) =>
    until(`the phone to show ${what}`, async () => (await received()).find((item) => accept(item)));
  const file = async (item) =>
    Buffer.from(
      await (await simulator.ask(`customers/${encodeURIComponent(customer)}/media/${item.id}`)).arrayBuffer(),
    );
  const bound = (method, ...list) =>
    page.evaluate(([name, values]) => window.go.app.Sending[name](...values), [method, list]);
  const send = () => page.getByRole('button', { name: words('composer.send'), exact: true }).click();
  const ticked = (text) => bubbleWithStatus(page, text, 'read').first().waitFor();

  before(async () => {
    const listen = `127.0.0.1:${await freePort()}`;
    simulator = await startSimulator({ listen, secrets, 'read-after': '200ms' });
    app = await startApp({ args: ['--data', join(home, 'laden')], home });
    page = await openPage(app, { permissions: ['microphone'] });
    await connect(page, simulator, listen, secrets);
    await post('customers', { phone: customer, name: 'Clara Brandt' });
    await post(`customers/${encodeURIComponent(customer)}/messages`, {
      type: 'text',
      text: 'Wo ist Ihr Laden?',
    });
    await openConversation(page, 'Clara Brandt');
    await bubble(page, 'Wo ist Ihr Laden?').waitFor();
  });
  after(async () => {
    await closeBrowser();
    await app?.stop();
    await simulator?.stop();
    removeFolder(home);
  });

  test('a picture with words below it', async () => {
    const picture = await page.screenshot();
    await page.locator('[data-chooser]').setInputFiles({
      name: 'laden.png',
      mimeType: 'image/png',
      buffer: picture,
    });
    await page.getByText('laden.png').waitFor();
    await until('the preview', () => page.locator('li img').count());
    assert.deepEqual(await accessibilityProblems(page), []);
    await page.getByRole('textbox', { name: words('composer.label') }).fill('So sieht er aus.');
    await send();
    const item = await phoneGets('the picture', (m) => m.type === 'image');
    assert.equal(item.text, 'So sieht er aus.');
    assert.ok((await file(item)).length > 1000);
    await ticked('So sieht er aus.');
  });

  test('a file can be dropped on the conversation, and another one pasted', async () => {
    const carried = (name, content) =>
      page.evaluateHandle(
        ([name, content]) => {
          const data = new DataTransfer();
          data.items.add(new File([content], name, { type: 'text/plain' }));
          return data;
        },
        [name, content],
      );
    const area = page.locator('section.conversation');
    const dataTransfer = await carried('abgelegt.txt', 'Preisliste vom Tresen');
    for (const type of ['dragenter', 'dragover', 'drop']) await area.dispatchEvent(type, { dataTransfer });
    await page.getByText('abgelegt.txt').waitFor();
    const clipboard = await carried('eingefuegt.txt', 'Öffnungszeiten');
    await page
      .getByRole('textbox', { name: words('composer.label') })
      .evaluate(
        (field, clipboardData) =>
          field.dispatchEvent(
            new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
          ),
        clipboard,
      );
    await page.getByText('eingefuegt.txt').waitFor();
    await send();
    for (const [name, content] of [
      ['abgelegt.txt', 'Preisliste vom Tresen'],
      ['eingefuegt.txt', 'Öffnungszeiten'],
    ]) {
      const item = await phoneGets(name, (m) => m.type === 'document' && m.media?.name === name);
      assert.equal((await file(item)).toString(), content);
    }
  });

  test('what WhatsApp does not take is refused before it is sent', async () => {
    await page.locator('[data-chooser]').setInputFiles({
      name: 'spiel.exe',
      mimeType: 'application/pdf',
      buffer: Buffer.from('MZ\x90\x00'),
    });
    await page.getByText(words('attach.problem.fileType')).waitFor();
    await page.getByRole('button', { name: pattern('attach.remove') }).click();
  });

  test('a voice note is Ogg/Opus with one channel', async () => {
    await page.getByRole('button', { name: words('voice.start') }).click();
    const bar = page.getByRole('group', { name: words('voice.label') });
    await bar.getByText('0:02').waitFor();
    await bar.press('Space');
    await bar.getByText(words('voice.paused')).waitFor();
    await bar.press('Space');
    await bar.getByText(words('voice.recording')).waitFor();
    await bar.press('Enter');
    const sound = page.locator('audio');
    await sound.waitFor();
    await until('the note to be playable', () => sound.evaluate((audio) => audio.duration > 1.5));
    await send();
    const item = await phoneGets('the voice note', (m) => m.type === 'audio');
    assert.equal(item.media.voice, true);
    const bytes = await file(item);
    assert.equal(bytes.subarray(0, 4).toString(), 'OggS');
    const head = bytes.subarray(27 + bytes[26]);
    assert.deepEqual([head.subarray(0, 8).toString(), head[8], head[9]], ['OpusHead', 1, 1]);
    assert.ok(bytes.length > 4000, `${bytes.length} bytes`);
  });

  test('the place, once it is known', async () => {
    const open = () => page.getByRole('button', { name: words('composer.more') }).click();
    await open();
    await page.getByRole('menuitem', { name: words('composer.place') }).click();
    await page.getByText(words('composer.problem.place')).waitFor();
    const place = {
      set: true,
      latitude: 52.52,
      longitude: 13.405,
      name: 'Blumen Sonnenschein',
      address: 'Am Markt 1',
    };
    await bound('SaveSettings', { undo: false, undoSeconds: 0, place });
    await open();
    await page.getByRole('menuitem', { name: words('composer.place') }).click();
    const item = await phoneGets('the place', (m) => m.type === 'location');
    assert.equal(item.location.name, 'Blumen Sonnenschein');
    const sent = page.getByRole('article').filter({ hasText: 'Blumen Sonnenschein' });
    await sent
      .getByLabel(words('status.read'))
      .or(sent.getByText(words('status.read')))
      .first()
      .waitFor();
  });

  test('a reaction, and its removal', async () => {
    const message = bubble(page, 'Wo ist Ihr Laden?').first();
    const react = async (name) => {
      await message.hover();
      await message.getByRole('button', { name: words('reaction.open') }).click();
      await page
        .getByRole('menu', { name: words('reaction.open') })
        .getByLabel(name)
        .click();
    };
    await react(/👍/);
    await phoneGets('the reaction', (m) => m.reaction === '👍');
    await message.getByRole('listitem').first().waitFor();
    await react(words('reaction.remove'));
    await until('the phone to show none', async () => (await received()).every((m) => !m.reaction));
  });

  test('a message can be taken back for five seconds', async () => {
    const { place } = await bound('GetSettings');
    await bound('SaveSettings', { undo: true, undoSeconds: 0, place });
    await reply(page, 'Das war ein Versehen.');
    await page.getByRole('button', { name: words('departure.undo') }).click();
    await until('the text to be back', () =>
      page
        .getByRole('textbox', { name: words('composer.label') })
        .inputValue()
        .then((text) => text === 'Das war ein Versehen.'),
    );
    assert.equal(await bubble(page, 'Das war ein Versehen.').count(), 0);
    assert.ok((await received()).every((m) => m.text !== 'Das war ein Versehen.'));
    assert.deepEqual(page.problems, []);
  });
});
