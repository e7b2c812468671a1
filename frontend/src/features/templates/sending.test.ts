import { beforeEach, expect, it } from 'vitest';
import { fakeShop } from '../../../test/fake';
import type { FakeBackend } from '../../../test/fakeBackend';
import { headedTemplates } from '../../../test/textsFake';
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

function headed() {
  backend.texts.state.templates.push(...headedTemplates);
}

const photo = () => new File(['bytes'], 'strauss.jpg', { type: 'image/jpeg' });

it('wants the file above the text, and sends it along', async () => {
  headed();
  await choose('strauss');
  await sending.write('body.name', 'Anna', 'de');
  expect(sending.needsFile).toBe(true);
  expect(sending.ready).toBe(false);
  await sending.file.take(photo());
  expect(sending.file.staged?.bytes).toBe(5);
  expect(sending.ready).toBe(true);
  const id = sending.file.staged?.id;
  await sending.send('de');
  expect(backend.texts.state.uses.at(-1)).toMatchObject({ templateId: '5', fileId: id });
  expect(backend.calls).not.toContain('Sending.DiscardFile');
});

it('refuses another kind of file in words, and does not keep it', async () => {
  headed();
  await choose('kostenvoranschlag');
  await sending.write('body.name', 'Anna', 'de');
  await sending.file.take(photo());
  expect(sending.file.problem).toBe('wrongType');
  expect(sending.ready).toBe(false);
  expect(backend.sending.files.size).toBe(0);
  await sending.file.take(new File(['%PDF'], 'angebot.pdf'));
  expect(sending.ready).toBe(true);
});

it('says why a file cannot be sent at all', async () => {
  headed();
  await choose('strauss');
  await sending.file.take(new File(['a film'], 'film.mp4'));
  expect(sending.file.problem).toBe('fileFilm');
  backend.failing.set('Sending.BeginFile', { code: 'invalid', field: 'fileSize' });
  await sending.file.take(photo());
  expect(sending.file.problem).toBe('fileSize');
});

it('takes the file away with the template', async () => {
  headed();
  await choose('strauss');
  await sending.file.take(photo());
  sending.back();
  expect(sending.file.staged).toBeNull();
  expect(backend.sending.files.size).toBe(0);
});

it("begins with the shop's place", async () => {
  headed();
  await choose('weg');
  await sending.write('body.name', 'Anna', 'de');
  expect(sending.place).toMatchObject({ latitude: '52.51', name: 'Blumen Wiesengrund' });
  sending.place.latitude = '52,6';
  await sending.send('de');
  expect(backend.texts.state.uses.at(-1)?.place).toMatchObject({ latitude: 52.6, longitude: 13.41 });
});
