// A small broadcast in the real window: three have agreed, two have not, and one
// of the three writes STOPP while it runs.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  accessibilityProblems,
  closeBrowser,
  freePort,
  openPage,
  removeFolder,
  startApp,
  startSimulator,
  temporaryFolder,
  until,
  words,
} from './harness.mjs';
import { connect, rail } from './shop.mjs';

const secrets = { token: 'EAA-e2e-bc', appSecret: 'e2e-bc-app', verifyToken: 'e2e-bc-verify' };
const people = ['Anna', 'Ben', 'Clara', 'Dora', 'Emil'];
const phone = (at) => `+4917139210${10 + at}`;

describe('a small broadcast', () => {
  const home = temporaryFolder();
  let simulator;
  let app;
  let page;

  const post = (path, body) => simulator.call('POST', path, body);
  const templatesOf = async (at) => {
    const { items } = await simulator.call('GET', `customers/${encodeURIComponent(phone(at))}/chat`);
    return items.filter((item) => item.type === 'template').length;
  };
  const say = (at, text) =>
    post(`customers/${encodeURIComponent(phone(at))}/messages`, { type: 'text', text });
  const call = (area, method, ...list) =>
    page.evaluate(([a, m, values]) => window.go.app[a][m](...values), [area, method, list]);
  const button = (key) => page.getByRole('button', { name: words(key), exact: true });

  before(async () => {
    const listen = `127.0.0.1:${await freePort()}`;
    simulator = await startSimulator({ listen, secrets, 'read-after': '200ms' });
    app = await startApp({ args: ['--data', join(home, 'laden')], home });
    page = await openPage(app);
    await connect(page, simulator, listen, secrets);
    for (const [at, name] of people.entries()) {
      await post('customers', { phone: phone(at), name });
      await say(at, `Hallo von ${name}`);
    }
    const rows = await until('everybody in the list', async () => {
      const found = await call('Inbox', 'ListConversations', { limit: 50 });
      return found.rows.length === people.length && found.rows;
    });
    for (const row of rows.filter((one) => ['Anna', 'Ben', 'Clara'].includes(one.name)))
      await call('Consents', 'Record', {
        customerId: row.customerId,
        purpose: 'news',
        act: 'confirmed',
        origin: 'paper',
        text: 'Ich möchte Neuigkeiten.',
        witness: 'Rosa',
        atMs: Date.now() - 1000,
      });
    await post('templates', {
      name: 'tulpen',
      language: 'de',
      category: 'MARKETING',
      components: [{ type: 'BODY', text: 'Die ersten Tulpen sind da.' }],
    });
    await call('Templates', 'Refresh');
  });
  after(async () => {
    await closeBrowser();
    await app?.stop();
    await simulator?.stop();
    removeFolder(home);
  });

  test('says to whom, and begins only with the number typed', async () => {
    await rail(page, 'texts').click();
    await page.getByRole('tab', { name: words('broadcast.title.tab') }).click();
    await button('broadcast.new').click();
    await page.getByText('An 3 Personen').waitFor();
    assert.deepEqual(await accessibilityProblems(page), []);
    await button('broadcast.check').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('5');
    assert.equal(await button('broadcast.begin').isDisabled(), true);
    await dialog.getByRole('textbox').fill('3');
    await button('broadcast.begin').click();
  });

  test('leaves out whoever writes STOPP meanwhile', async () => {
    await button('broadcast.pause').click();
    await page.getByText(words('broadcast.reason.hand')).waitFor();
    assert.equal(await templatesOf(2), 0);
    await say(2, 'STOPP');
    await until('the objection', async () => {
      const desk = await call('Broadcasts', 'GetDesk');
      return desk.agreed.find((one) => one.purpose === 'news').people === 2;
    });
    await button('broadcast.resume').click();
    await page.getByRole('status').getByText(words('broadcast.state.done')).waitFor();
    await page.getByRole('cell', { name: words('broadcast.outcome.withdrawn') }).waitFor();
    assert.deepEqual(await Promise.all(people.map((_, at) => templatesOf(at))), [1, 1, 0, 0, 0]);
    assert.deepEqual(await accessibilityProblems(page), []);
  });

  test('is counted among the numbers', async () => {
    await rail(page, 'numbers').click();
    await page.getByRole('heading', { name: words('numbers.answers') }).waitFor();
    const facts = page.getByRole('region', { name: words('numbers.messages') });
    await facts.getByText(words('numbers.broadcast')).first().waitFor();
    assert.match(await facts.locator('dl').innerText(), /2/);
    assert.deepEqual(await accessibilityProblems(page), []);
    assert.deepEqual(page.problems, []);
  });
});
