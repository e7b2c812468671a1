// The way of somebody who has never seen Meta's dashboard: an empty computer,
// docs/RELAY.md, the guided setup, and Meta's side played by the simulator.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { bin, endProcess, freePort, startProcess, startSimulator, until, words } from './harness.mjs';

export const secrets = {
  token: 'EAA-newcomer-token-41c7',
  appSecret: 'newcomer-app-secret-8d20',
  pin: '804213',
};

/** A relay as docs/RELAY.md sets it up, behind a proxy that is this computer. */
export async function startRelay(folder) {
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  const admin = join(folder, 'relay.sock');
  const record = startProcess(
    bin('tresen-relay'),
    [
      'serve',
      '--behind-proxy',
      '--public-url',
      url,
      '--listen',
      address,
      '--data',
      join(folder, 'relay'),
      '--admin',
      admin,
      '--metrics',
      '',
    ],
    process.env,
  );
  await until('the relay', () =>
    fetch(`${url}/healthz`).then(
      (r) => r.ok,
      () => false,
    ),
  );
  const mailbox = (...args) =>
    execFileSync(bin('tresen-relay'), ['mailbox', ...args, '--admin', admin], {
      encoding: 'utf8',
    });
  return { url, mailbox, stop: () => endProcess(record) };
}

/** The code in what the operator is shown. */
export function codeIn(printed) {
  const found = /Pairing code: +([0-9A-Z-]+)/.exec(printed);
  if (!found) throw new Error(`no code in ${printed}`);
  return found[1];
}

/** Meta, with a number nobody has registered and an account no app has subscribed to. */
export async function startMeta() {
  const meta = await startSimulator({ secrets, unregistered: true, unsubscribed: true });
  const { call } = meta;
  return {
    ...meta,
    customer: (phone, name) => call('POST', 'customers', { phone, name }),
    says: (phone, text) =>
      call('POST', `customers/${encodeURIComponent(phone)}/messages`, {
        type: 'text',
        text,
      }),
  };
}

/** Finds things by the names people read. */
function hands(page, language) {
  const w = (key) => words(key, language);
  return {
    w,
    press: (key) => page.getByRole('button', { name: w(key), exact: true }).click(),
    fill: (key, text) => page.getByLabel(w(key), { exact: true }).fill(text),
    step: (name) =>
      page
        .locator('li[aria-current=step]')
        .getByRole('heading', { name: w(`guide.${name}.title`) })
        .waitFor(),
  };
}

/**
 * Walks the whole way in the window of an empty computer. photo(name) is called
 * on every step, filled in, before it is sent.
 */
export async function walk(page, { meta, relay, language = 'de', photo = async () => {}, onPaired }) {
  const { w, press, fill, step } = hands(page, language);
  await page.getByRole('heading', { name: w('first.title') }).waitFor();
  await photo('1-first');
  await press('first.guide.button');
  await page.getByText(w('guide.start.own')).click();
  await fill('connect.baseUrl', meta.url);
  await photo('2-prepare');
  await press('guide.start.begin');

  await step('token');
  await fill('connect.token', secrets.token);
  await photo('3-token');
  await press('guide.check');

  await step('number');
  await photo('4-number');
  await press('guide.number.choose');

  await step('secret');
  await fill('connect.appSecret', secrets.appSecret);
  await photo('5-secret');
  await press('guide.check');

  await step('region');
  await photo('6-region');
  await press('guide.region.set');

  await step('register');
  await press('guide.register.sms');
  await page.getByText(w('guide.register.sent')).waitFor();
  const { code } = await meta.call('GET', 'verification');
  await fill('guide.register.code', code);
  await photo('7-code');
  await press('guide.register.verify');
  await fill('guide.register.pin', secrets.pin);
  await photo('8-register');
  await press('guide.register.do');

  await step('relay');
  await fill('pair.address', relay.url);
  await fill('pair.code', codeIn(relay.mailbox('add', 'Blumen Wiesengrund')));
  await photo('9-relay');
  await press('pair.pair');

  await step('callback');
  await onPaired?.();
  await photo('10-callback');
  await press('guide.callback.do');

  await step('test');
  await page.getByRole('img', { name: w('guide.test.code') }).waitFor();
  await photo('11-test');
  await meta.customer('+491713920042', 'Greta Lindqvist');
  await meta.says('+491713920042', 'Haben Sie noch Ranunkeln?');
  await page.getByText(w('guide.done')).waitFor();
  await photo('12-done');
  await press('guide.finish');
  await page.getByRole('option', { name: 'Greta Lindqvist' }).click();
  await page.getByRole('article', { name: 'Ranunkeln' }).waitFor();
  await photo('13-first-message');
}
