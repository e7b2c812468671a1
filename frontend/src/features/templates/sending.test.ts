import { beforeEach, expect, it } from 'vitest';
import { fakeShop } from '../../../test/fake';
import type { FakeBackend } from '../../../test/fakeBackend';
import { TemplateSending } from './sending.svelte';

let backend: FakeBackend;
let sending: TemplateSending;

beforeEach(() => {
  backend = fakeShop();
  sending = new TemplateSending();
});

async function choose(name: string) {
  await sending.open(1);
  const template = sending.list.find((candidate) => candidate.name === name);
  if (!template) throw new Error(`no template ${name}`);
  await sending.choose(template, 'de');
}

it('asks Meta first where nothing is known', async () => {
  backend.texts.state.fetchedAtMs = 0;
  await sending.open(1);
  expect(backend.calls).toContain('Templates.Refresh');
  expect(sending.phase).toBe('choose');
});

it('fills in, shows what is missing, and sends', async () => {
  await choose('abholbereit');
  await sending.write('body.name', 'Frau Sommerfeld', 'de');
  expect(sending.missing.map((field) => field.variable)).toEqual(['nummer']);
  expect(sending.ready).toBe(false);
  await sending.write('body.nummer', '4711', 'de');
  expect(sending.frame?.body).toContain('Frau Sommerfeld, hier ist Blumen Wiesengrund. Ihre Bestellung 4711');
  let told = false;
  sending.onsent = () => (told = true);
  await sending.send('de');
  expect(told).toBe(true);
  expect(sending.conversationId).toBeNull();
  expect(backend.data.messages[1]?.at(-1)).toMatchObject({ kind: 'template', status: 'queued' });
});

it('does not send what the consent does not cover', async () => {
  await choose('fruehlingsgruss');
  expect(sending.task?.refusal).toBe('no_consent');
  expect(sending.ready).toBe(false);
  await sending.send('de');
  expect(backend.calls).not.toContain('Templates.Send');
});

it('stays open with the reason when the send is refused', async () => {
  await choose('abholbereit');
  await sending.write('body.name', 'A', 'de');
  await sending.write('body.nummer', '1', 'de');
  backend.failing.set('Templates.Send', { code: 'template_rejected', field: 'status' });
  await sending.send('de');
  expect(sending.error?.code).toBe('template_rejected');
  expect(sending.values['body.nummer']).toBe('1');
});
