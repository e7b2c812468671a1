// A conversation in another language: nothing leaves before the owner has seen
// the host and agreed, then both languages stand in the bubble.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { closeBrowser, openPage, removeFolder, startApp, temporaryFolder, words } from './harness.mjs';
import { composer, openConversation, rail, row, settingsPart } from './shop.mjs';

const question = 'Guten Tag! Haben Sie morgen früh schon ab 8 Uhr geöffnet?';

/** A LibreTranslate server that says everything in capitals. */
async function startInterpreter() {
  const heard = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const { q } = JSON.parse(body);
    heard.push(q);
    response.setHeader('Content-Type', 'application/json');
    response.end(
      JSON.stringify({
        translatedText: q.toUpperCase(),
        detectedLanguage: { confidence: 90, language: 'fr' },
      }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { heard, server, url: `http://127.0.0.1:${server.address().port}` };
}

describe('a conversation in another language', () => {
  const home = temporaryFolder();
  let app;
  let page;
  let interpreter;

  before(async () => {
    interpreter = await startInterpreter();
    app = await startApp({
      args: ['--demo', '--data', join(home, 'laden')],
      home,
    });
    page = await openPage(app);
    await row(page, 'Anna Müller').waitFor();
  });
  after(async () => {
    await closeBrowser();
    await app?.stop();
    interpreter?.server.close();
    removeFolder(home);
  });

  test('asks before anything leaves', async () => {
    await settingsPart(page, 'files');
    await page.getByRole('radio', { name: words('translation.settings.libre') }).click();
    const address = page.getByRole('textbox', {
      name: words('translation.settings.address'),
    });
    await address.fill(interpreter.url);
    await address.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText(new URL(interpreter.url).host).waitFor();
    assert.deepEqual(interpreter.heard, []);
    await dialog.getByRole('button', { name: words('translation.agree.button') }).click();
    await page.getByRole('button', { name: words('translation.settings.withdraw') }).waitFor();
  });

  test('shows what the customer wrote in both languages', async () => {
    await rail(page, 'inbox').click();
    await openConversation(page, 'Anna Müller');
    assert.ok(!interpreter.heard.includes(question), 'sent before it was switched on');
    await page.getByRole('button', { name: words('translation.turnOn') }).click();
    await page.getByText(question.toUpperCase(), { exact: true }).waitFor();
    await page.getByText(question, { exact: true }).first().waitFor();
  });

  test('shows a reply in both languages before it goes out', async () => {
    await composer(page).fill('Ja, ab halb acht.');
    await page.getByRole('button', { name: words('translation.draft') }).click();
    await page.getByText('JA, AB HALB ACHT.', { exact: true }).waitFor();
    await page.getByRole('button', { name: words('translation.send') }).click();
    const bubble = page.getByRole('article', { name: 'JA, AB HALB ACHT.' });
    await bubble.getByText(words('translation.ownWords')).waitFor();
    await bubble.getByText('Ja, ab halb acht.', { exact: true }).waitFor();
    await page.getByRole('article', { name: new RegExp(words('status.read')) }).waitFor();
    await bubble.getByText(words('translation.ownWords')).waitFor();
    assert.equal(await composer(page).inputValue(), '');
    assert.deepEqual(page.problems, []);
  });
});
