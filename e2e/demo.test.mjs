// The main job, in demo mode: read what a customer wrote, answer, see the ticks,
// end the program in two ways, and find everything again.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { join } from 'node:path';
import {
  closeBrowser,
  findReadable,
  openPage,
  removeFolder,
  startApp,
  temporaryFolder,
  until,
  words,
} from './harness.mjs';
import {
  bubble,
  bubbleWithStatus,
  composer,
  openConversation,
  reply,
  row,
  writeAsCustomer,
} from './shop.mjs';

const question = 'Und könnten Sie mir 20 rote Tulpen zurücklegen?';
const answer = 'Sehr gern, die Tulpen stehen ab acht Uhr bereit.';

describe('the main job in demo mode', () => {
  const home = temporaryFolder();
  const data = join(home, 'laden');
  let app;
  let page;

  before(async () => {
    app = await startApp({ args: ['--demo', '--data', data], home });
    page = await openPage(app);
  });
  after(async () => {
    await closeBrowser();
    await app?.stop();
    removeFolder(home);
  });

  test('says that it is a demo', async () => {
    await page.getByText(words('demo.banner.title')).waitFor();
  });

  test('shows what a customer wrote', async () => {
    await row(page, 'Anna Müller').waitFor();
    await openConversation(page, 'Anna Müller');
    await bubble(page, question).waitFor();
  });

  test('keeps a draft while another conversation is open', async () => {
    await composer(page).fill('Einen Augenblick bitte');
    await openConversation(page, 'Thorsten Krüger');
    assert.equal(await composer(page).inputValue(), '');
    await openConversation(page, 'Anna Müller');
    await until('the draft', async () => (await composer(page).inputValue()) === 'Einen Augenblick bitte');
  });

  test('shows in the list where a draft waits', async () => {
    for (const [who, text, next] of [
      ['Pauline Becker', 'Das Abo kostet', 'Jens Petersen'],
      ['Jens Petersen', 'Ihre Rechnung', 'Anna Müller'],
    ]) {
      await openConversation(page, who);
      await composer(page).fill(text);
      await openConversation(page, next);
      await row(page, new RegExp(`${who}.*Entwurf:.*${text}`)).waitFor();
    }
  });

  test('answers, and the ticks come back until the customer has read it', async () => {
    await openConversation(page, 'Anna Müller');
    await reply(page, answer);
    await bubble(page, answer).waitFor();
    assert.equal(await composer(page).inputValue(), '');
    await bubbleWithStatus(page, answer, 'read').waitFor();
  });

  test('answers a particular message, and the quote is shown', async () => {
    await openConversation(page, 'Anna Müller');
    await bubble(page, question).hover();
    await bubble(page, question)
      .getByRole('button', { name: words('message.reply') })
      .click();
    await reply(page, 'Zwanzig Stück, notiert.');
    const quoting = bubble(page, 'Zwanzig Stück, notiert.');
    await quoting.getByText('20 rote Tulpen').waitFor();
    await bubbleWithStatus(page, 'Zwanzig Stück, notiert.', 'read').waitFor();
  });

  test('lets the newcomer be a customer without a visible number, and be answered', async () => {
    await writeAsCustomer(page, 'Jule', 'Am Samstag bringe ich vierzig Setzlinge mit.');
    await openConversation(page, 'Jule');
    await bubble(page, 'vierzig Setzlinge').waitFor();
    await reply(page, 'Wunderbar, bis Samstag!');
    await bubbleWithStatus(page, 'Wunderbar, bis Samstag!', 'read').waitFor();
  });

  test('locks the composer when the 24 hours are over', async () => {
    await openConversation(page, 'Café Morgenrot');
    await page.getByText(words('composer.lock.closed')).waitFor();
    assert.equal(await composer(page).count(), 0);
  });

  test('writes an honest placeholder for what it cannot show', async () => {
    await openConversation(page, 'Jule');
    await bubble(page, words('bubble.unsupported.poll')).first().waitFor();
  });

  for (const [how, end] of [
    ['is closed', () => app.stop()],
    ['is killed', () => app.kill()],
  ]) {
    test(`has everything again after the program ${how}`, async () => {
      assert.deepEqual(page.problems, []);
      await page.context().close();
      await end();
      app = await startApp({ args: ['--demo', '--data', data], home });
      page = await openPage(app);
      await openConversation(page, 'Anna Müller');
      await bubble(page, question).waitFor();
      await bubbleWithStatus(page, answer, 'read').waitFor();
      await openConversation(page, 'Jule');
      await bubble(page, 'vierzig Setzlinge').waitFor();
    });
  }

  test('can still be written to and answer after the restarts', async () => {
    await writeAsCustomer(page, 'Anna Müller', 'Danke, bis morgen früh dann.');
    await openConversation(page, 'Anna Müller');
    await bubble(page, 'bis morgen früh dann').waitFor();
    await reply(page, 'Bis morgen, Frau Müller.');
    await bubbleWithStatus(page, 'Bis morgen, Frau Müller.', 'read').waitFor();
  });

  test('holds no readable name, number or word of it on the disk, open or closed', async () => {
    const needles = [
      'Anna Müller',
      'Krüger',
      'Yılmaz',
      'Jule',
      'Freifrau',
      'ليلى',
      'Sonnenschein',
      '1713920011',
      '491713920015',
      '17604069022',
      'DE.13491208655302741901',
      '13491208655302741907',
      'kiezgaertnerin',
      'Tulpen',
      'Setzlinge',
      'Hochzeit',
      'Alpenveilchen',
      'Alexanderplatz',
      'Augenblick',
      'wamid.',
    ];
    const open = findReadable(
      [data, join(home, '.local'), join(home, '.cache'), join(home, '.config')],
      needles,
    );
    assert.deepEqual(open.found, []);
    await page.context().close();
    await app.stop();
    const closed = findReadable([home], needles);
    assert.deepEqual(closed.found, []);
    assert.ok(
      closed.bytes > 50_000,
      `only ${closed.bytes} bytes in ${closed.files} files: is this the data folder?`,
    );
    assert.doesNotMatch(app.output(), /Müller|Tulpen|17139200|wamid/);
  });
});
