// What a person does in the shop's window, by the names people read.
import { pattern, words } from './harness.mjs';

/** The conversation list's row of a customer. */
export const row = (page, name) => page.getByRole('option', { name });

/** The bubbles of the open conversation that hold a text. */
export const bubble = (page, text) => page.getByRole('article', { name: text });

/** A bubble of ours in a given state, for example "read". */
export function bubbleWithStatus(page, text, status, language = 'de') {
  const state = words(`status.${status}`, language);
  return page.getByRole('article', {
    name: new RegExp(`, ${escape(state)}: ${escape(text)}`),
  });
}

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

export async function openConversation(page, name) {
  await row(page, name).click();
  await page.getByRole('heading', { level: 2, name }).waitFor();
}

export const composer = (page, language = 'de') =>
  page.getByRole('textbox', { name: words('composer.label', language) });

export async function reply(page, text) {
  await composer(page).fill(text);
  await page.getByRole('button', { name: words('composer.send'), exact: true }).click();
}

export const rail = (page, key, language = 'de') =>
  page
    .getByRole('navigation', { name: words('rail.label', language) })
    .getByRole('button', { name: words(`rail.${key}`, language) });

/** Connects the shop to the simulator by hand, with what the form would send. */
export async function connect(page, simulator, listen, secrets) {
  await page.getByRole('heading', { name: words('first.title') }).waitFor();
  const connection = {
    provider: 'custom',
    baseUrl: simulator.url,
    phoneNumberId: '106540352242922',
    wabaId: '102290129340398',
    listenAddr: listen,
    ...secrets,
  };
  await page.evaluate((request) => window.go.app.Setup.Connect(request), connection);
  await page.reload();
}

/** Opens a part of the settings: general, work, protection, files or connection. */
export async function settingsPart(page, part, language = 'de') {
  await rail(page, 'settings', language).click();
  await page
    .getByRole('navigation', { name: words('settings.parts', language) })
    .getByRole('button', { name: words(`settings.part.${part}`, language) })
    .click();
}

/** Opens a group of rare things in the person panel: rights or more. */
export async function unfold(page, group, language = 'de') {
  const title = page.getByText(words(`customer.fold.${group}`, language), {
    exact: true,
  });
  await title.waitFor();
  if (!(await title.evaluate((summary) => summary.closest('details').open))) await title.click();
}

/** Opens the erase dialog of the open conversation's customer. */
export async function askToErase(page) {
  await page.getByRole('button', { name: words('erase.button') }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(words('erase.goes.key')).waitFor();
  return dialog;
}

/** Confirms and waits until the erasure is proven. */
export async function confirmErasure(dialog) {
  await dialog.getByRole('button', { name: words('erase.confirm') }).click();
  await dialog.getByText(pattern('erase.result.scan')).waitFor({ timeout: 60_000 });
}

/** Plays a customer: writes from that customer's phone (demo mode only). */
export async function writeAsCustomer(page, name, text) {
  await rail(page, 'play').click();
  await page.getByRole('button', { name }).click();
  await page.getByRole('textbox', { name: words('play.write') }).fill(text);
  await page.getByRole('button', { name: words('play.send') }).click();
  await page
    .getByRole('group', { name: words('play.chat') })
    .getByText(text)
    .waitFor();
  await rail(page, 'inbox').click();
}
