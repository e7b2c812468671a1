// The lock, the roles and the hints, against the real program: what is locked is neither in the page nor
// given out by the Go side, and nothing is lost.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  accessibilityProblems,
  closeBrowser,
  openPage,
  removeFolder,
  startApp,
  temporaryFolder,
  until,
  words,
} from './harness.mjs';
import { bubble, composer, openConversation, rail, row, settingsPart, writeAsCustomer } from './shop.mjs';

describe('at the desk', () => {
  const home = temporaryFolder();
  const args = ['--demo', '--data', join(home, 'laden')];
  let app;
  let page;
  const button = (key, options) => page.getByRole('button', { name: words(key), exact: true, ...options });
  const unlock = async (pin) => {
    await page.getByLabel(words('counter.pin'), { exact: true }).fill(pin);
    await page.keyboard.press('Enter');
  };
  /** The code of the error a bound call fails with. */
  const refusal = (area, method, ...request) =>
    page.evaluate(
      async ([area, method, request]) => {
        try {
          await window.go.app[area][method](...request);
          return 'done';
        } catch (reason) {
          return JSON.parse(reason.message).code;
        }
      },
      [area, method, request],
    );

  before(async () => {
    app = await startApp({ args, home });
    page = await openPage(app);
    await row(page, 'Anna Müller').waitFor();
  });
  after(async () => {
    await closeBrowser();
    await app?.stop();
    removeFolder(home);
  });

  test('points out sensitive content and has an answer ready', async () => {
    await writeAsCustomer(page, 'Anna Müller', 'Meine IBAN: DE89 3704 0044 0532 0130 00');
    await rail(page, 'inbox').click();
    await openConversation(page, 'Anna Müller');
    const hint = page.getByRole('note', { name: words('hint.label') });
    await hint.getByText(new RegExp(words('hint.kind.iban'))).waitFor();
    assert.deepEqual(await accessibilityProblems(page), []);
    await hint.getByRole('button', { name: words('hint.answerButton') }).click();
    assert.equal(await composer(page).inputValue(), words('hint.answer'));
    await hint.getByRole('button', { name: words('hint.dismiss') }).click();
    await hint.waitFor({ state: 'detached' });
  });

  test('locks, keeps the draft, and gives nothing out meanwhile', async () => {
    await settingsPart(page, 'work');
    const people = page.getByRole('region', { name: words('work.colleagues') });
    await people.getByRole('button', { name: words('work.addColleague') }).click();
    await people.getByLabel(words('work.colleagueName'), { exact: true }).fill('Jana');
    await people.getByRole('button', { name: words('common.save') }).click();
    await people.getByText('Jana').waitFor();
    await settingsPart(page, 'protection');
    await button('counter.turnOn').click();
    await page.getByLabel(words('counter.yourName')).fill('Frau Blum');
    await page.getByLabel(words('counter.pin'), { exact: true }).fill('4711');
    await page.getByLabel(words('counter.pinAgain')).fill('4711');
    await button('counter.turnOn').click();
    await page
      .getByRole('dialog')
      .getByText(/^[A-Z2-9]{4}(-[A-Z2-9]{4}){4}$/)
      .waitFor();
    await button('counter.codeWritten').click();
    await page.getByRole('button', { name: `${words('counter.givePin')} (Jana)` }).click();
    await page.getByLabel(words('counter.newPin')).fill('0815');
    await page.getByLabel(words('counter.pinAgain')).fill('0815');
    await button('common.save').click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.deepEqual(await accessibilityProblems(page), []);
    await rail(page, 'inbox').click();
    await composer(page).fill('noch halb');
    await page.keyboard.press('F9');
    await page.getByRole('heading', { name: words('counter.locked.title') }).waitFor();
    const html = await page.evaluate(() => document.documentElement.innerHTML);
    assert.ok(!html.includes('Müller') && !html.includes('noch halb'), 'content is still in the page');
    assert.deepEqual(await accessibilityProblems(page), []);
    assert.equal(await refusal('Inbox', 'GetConversation', 1), 'locked');
    assert.equal(await refusal('Search', 'Find', { text: 'anna' }), 'locked');
    assert.equal(await refusal('Counter', 'TurnOff'), 'locked');
    await unlock('4711');
    await until('the draft', async () => (await composer(page).inputValue()) === 'noch halb');
  });

  test('starts locked, makes wrong tries wait, and lets staff do their work only', async () => {
    await page.context().close();
    await app.stop();
    app = await startApp({ args, home });
    page = await openPage(app);
    await page.getByRole('button', { name: /Jana/ }).click();
    for (const pin of ['1111', '2222', '3333']) {
      await unlock(pin);
      await page.getByText(words('counter.wrong.pin').slice(-13)).first().waitFor();
    }
    await until('the pause', async () => button('counter.unlock').isDisabled());
    assert.equal(await refusal('Counter', 'State'), 'done');
    await page.getByRole('button', { name: words('counter.somebodyElse') }).click();
    await page.getByRole('button', { name: /Frau Blum/ }).click();
    await unlock('4711');
    await row(page, 'Anna Müller').waitFor();
    assert.equal(await refusal('Counter', 'SetPIN', { personId: 1, pin: '2468' }), 'done');
    await page.keyboard.press('F9');
    await page.getByRole('button', { name: words('counter.somebodyElse') }).click();
    await page.getByRole('button', { name: /Jana/ }).click();
    await unlock('2468');
    await openConversation(page, 'Anna Müller');
    await bubble(page, 'Meine IBAN').waitFor();
    assert.equal(await rail(page, 'privacy').count(), 0);
    assert.ok(await button('erase.button').isDisabled());
    assert.equal(await refusal('Customers', 'Erase', 'x'), 'not_allowed');
    assert.equal(await refusal('Backups', 'Get'), 'not_allowed');
    assert.equal(await refusal('Counter', 'SetRole', { personId: 1, role: 'owner' }), 'not_allowed');
    assert.deepEqual(await accessibilityProblems(page), []);
  });
});
