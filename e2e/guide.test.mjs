// The guided setup, with a real relay: from an empty computer to the first
// message, taken up again after closing; then the page about the connection.
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
  startApp,
  temporaryFolder,
  words,
} from './harness.mjs';
import { codeIn, secrets, startMeta, startRelay, walk } from './newcomer.mjs';
import { bubble, bubbleWithStatus, openConversation, reply } from './shop.mjs';

describe('guided setup', () => {
  const home = temporaryFolder();
  const data = join(home, 'laden');
  let meta;
  let relay;
  let app;
  let page;

  before(async () => {
    [meta, relay] = await Promise.all([startMeta(), startRelay(home)]);
    app = await startApp({ args: ['--data', data], home });
    page = await openPage(app);
  });
  after(async () => {
    await closeBrowser();
    await app?.stop();
    await relay?.stop();
    await meta?.stop();
    removeFolder(home);
  });

  test('is taken up again where it was left', async () => {
    await page.getByRole('button', { name: words('first.guide.button') }).click();
    await page.getByText(words('guide.start.own')).click();
    await page.getByLabel(words('connect.baseUrl')).fill(meta.url);
    await page.getByRole('button', { name: words('guide.start.begin') }).click();
    await page.getByLabel(words('connect.token')).fill('EAA-not-this-one');
    await page.getByRole('button', { name: words('guide.check'), exact: true }).click();
    await page.getByText(words('finding.token.valid.failed')).waitFor();
    await page.getByLabel(words('connect.token')).fill(secrets.token);
    await page.getByRole('button', { name: words('guide.check'), exact: true }).click();
    await page.getByRole('button', { name: words('guide.number.choose') }).waitFor();
    await app.stop();
    app = await startApp({ args: ['--data', data], home });
    page = await openPage(app);
    await page.getByRole('button', { name: words('first.guide.resume') }).click();
    await page.getByRole('button', { name: words('guide.number.choose') }).waitFor();
  });

  test('takes everything back', async () => {
    await page.getByRole('button', { name: words('guide.undo') }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: words('guide.undo.confirm') })
      .click();
    await page.getByRole('button', { name: words('guide.start.begin') }).waitFor();
    await page.getByRole('button', { name: words('common.back'), exact: true }).click();
  });

  test('leads to the first message, every step passed', async () => {
    const problems = [];
    await walk(page, {
      meta,
      relay,
      photo: async (name) => {
        for (const problem of await accessibilityProblems(page)) problems.push(`${name}: ${problem}`);
      },
    });
    assert.deepEqual(problems, []);
    await reply(page, 'Ja, ein ganzer Eimer voll.');
    await bubbleWithStatus(page, 'Ja, ein ganzer Eimer voll.', 'read').waitFor();
  });

  test('receives after a restart what was written while it was off', async () => {
    await page.context().close();
    await app.stop();
    await meta.says('+491713920042', 'Ich komme um vier vorbei.');
    app = await startApp({ args: ['--data', data], home });
    page = await openPage(app);
    await openConversation(page, 'Greta Lindqvist');
    await bubble(page, 'um vier').waitFor({ timeout: 60_000 });
    assert.equal(await bubble(page, 'um vier').count(), 1);
  });

  test('checks the connection with a real round trip', async () => {
    await page
      .getByRole('navigation')
      .getByRole('button', { name: words('connection.summary.connected') })
      .click();
    await page.getByRole('button', { name: words('health.check'), exact: true }).click();
    await page.getByText(pattern('finding.health.roundTrip.passed')).waitFor({ timeout: 30_000 });
    await page.getByText(words('health.fine')).waitFor();
    await meta.call('POST', 'condition', {
      status: 'FLAGGED',
      blocked: 'BUSINESS',
      blocked_by: 141006,
    });
    await page.getByRole('button', { name: words('health.check'), exact: true }).click();
    await page.getByText(words('finding.health.payment.failed')).waitFor();
    assert.deepEqual(await accessibilityProblems(page), []);
    await meta.call('POST', 'condition', {});
  });

  test('shows and removes the computers of the mailbox', async () => {
    assert.ok(codeIn(relay.mailbox('pair', 'Blumen Wiesengrund')));
    await page.getByText(words('relay.thisOne')).waitFor();
    await page.getByRole('button', { name: words('relay.check') }).click();
    await page.getByText(words('relay.answers')).waitFor();
    await page.getByRole('button', { name: words('relay.leave') }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: words('relay.leave') })
      .click();
    await page.getByText(words('relay.none')).waitFor();
  });

  test('keeps no secret readable on the disk or in its output', async () => {
    assert.deepEqual(findReadable([home], [...Object.values(secrets), 'Lindqvist', 'Ranunkeln']).found, []);
    assert.doesNotMatch(app.output(), /newcomer|Lindqvist|1713920042/);
    assert.deepEqual(page.problems, []);
  });
});
