// What the shop sends by itself: confirmed, switched on, sent with the customer's
// message, once, and proved at the person.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { join } from 'node:path';
import {
  closeBrowser,
  openPage,
  pattern,
  removeFolder,
  startApp,
  temporaryFolder,
  until,
  words,
} from './harness.mjs';
import { openConversation, rail, writeAsCustomer } from './shop.mjs';

describe('automatic messages in demo mode', () => {
  const home = temporaryFolder();
  let app;
  let page;
  const button = (name, root = page) => root.getByRole('button', { name, exact: true });
  const notices = () => page.getByRole('article', { name: /WIDERSPRUCH/ });
  const part = async (name) => {
    await rail(page, 'texts').click();
    await page.getByRole('tab', { name: words('automatic.title'), exact: true }).click();
    await page
      .getByRole('button', {
        name: new RegExp(`^${words(`automatic.part.${name}`)}`),
      })
      .click();
  };

  before(async () => {
    app = await startApp({
      args: ['--demo', '--data', join(home, 'laden')],
      home,
    });
    page = await openPage(app);
    await page.getByText(words('demo.banner.title')).waitFor();
  });
  after(async () => {
    await closeBrowser();
    await app?.stop();
    removeFolder(home);
  });

  test('sends nothing before somebody has confirmed the text', async () => {
    await part('notice');
    await page.getByText(words('automatic.notice.unconfirmed')).waitFor();
    assert.equal(await page.getByRole('checkbox', { name: words('automatic.notice.on') }).isDisabled(), true);
    await writeAsCustomer(page, /Anna Müller/, 'Haben Sie noch Tulpen?');
    await openConversation(page, 'Anna Müller');
    await page.getByRole('article', { name: /Haben Sie noch Tulpen/ }).waitFor();
    assert.equal(await notices().count(), 0);
  });

  test('refuses words that must not be sent', async () => {
    await part('notice');
    await button(words('automatic.notice.edit')).click();
    const body = page.getByRole('textbox', {
      name: words('automatic.notice.body'),
    });
    const generated = await body.inputValue();
    await body.fill('Wir speichern, solange es nötig ist.');
    await page.getByText(words('automatic.problem.vague')).waitFor();
    await page.getByText(words('automatic.problem.objection')).waitFor();
    await button(words('automatic.notice.keep')).click();
    await page.getByText(words('automatic.notice.blocked')).waitFor();
    assert.equal(await button(words('automatic.notice.confirm')).isDisabled(), true);
    await button(words('automatic.notice.edit')).click();
    await button(words('automatic.notice.generated')).click();
    await page.getByText(generated.split('\n')[0]).first().waitFor();
  });

  test('is confirmed, and previews what somebody would get', async () => {
    await button(words('automatic.notice.confirm')).click();
    await page.getByText(pattern('automatic.notice.confirmed')).waitFor();
    assert.equal(await page.getByRole('checkbox', { name: words('automatic.notice.on') }).isChecked(), true);
    await part('answers');
    await page.getByRole('checkbox', { name: words('automatic.absence.on') }).check();
    await page.getByRole('checkbox', { name: words('automatic.greeting.on') }).check();
    await button(words('automatic.preview.sunday')).click();
    await page.getByText(pattern('automatic.preview.closed')).waitFor();
    await page.locator('.bubble', { hasText: 'wieder für Sie da' }).waitFor();
    await button(words('common.save')).click();
    await page.getByText(words('automatic.saved')).waitFor();
  });

  test('sends one notice with the first message, and proves it', async () => {
    await writeAsCustomer(page, /Anna Müller/, 'Und rote Rosen?');
    await openConversation(page, 'Anna Müller');
    await notices().first().waitFor();
    await page.getByRole('heading', { name: words('automatic.proof.title') }).waitFor();
    await until('the proof', async () =>
      /zugestellt|gelesen/.test(
        (await page.getByText(pattern('automatic.proof.row')).first().textContent()) ?? '',
      ),
    );
    await writeAsCustomer(page, /Anna Müller/, 'Oder gelbe?');
    await openConversation(page, 'Anna Müller');
    await page.getByRole('article', { name: /Oder gelbe/ }).waitFor();
    assert.equal(await notices().count(), 1);
  });

  test('lists every generated text with its state', async () => {
    await part('generated');
    await page.getByText(words('automatic.generated.state.confirmed')).first().waitFor();
    await page
      .getByRole('heading', {
        name: new RegExp(`^${words('automatic.generated.poster')}`),
      })
      .first()
      .waitFor();
  });
});
