import { beforeEach, expect, it } from 'vitest';
import { fakeShop } from '../../../test/fake';
import type { FakeBackend } from '../../../test/fakeBackend';
import { TemplateDeskState } from './templates.svelte';

let backend: FakeBackend;
let store: TemplateDeskState;

beforeEach(() => {
  backend = fakeShop();
  store = new TemplateDeskState();
  store.write();
  store.setHeader('image');
});

it('hands a template in with the sample that was chosen', async () => {
  await store.pickSample();
  expect(store.sample).toEqual({ handle: '4::sample', name: 'Strauß.jpg', problem: null });
  await store.create();
  expect(backend.texts.state.created.at(-1)).toMatchObject({
    headerKind: 'image',
    headerHandle: '4::sample',
  });
});

it('drops the sample with the kind of header', async () => {
  await store.pickSample();
  store.setHeader('document');
  expect(store.sample).toBeNull();
  expect(store.form?.headerHandle).toBe('');
});

it('says what is wrong with a file', async () => {
  for (const [problem, shown] of [
    ['headerImageType', 'wrongType'],
    ['fileSize', 'fileSize'],
  ]) {
    backend.texts.state.sample = { handle: '', name: 'a.txt', problem } as never;
    await store.pickSample();
    expect(store.sample?.problem).toBe(shown);
    expect(store.form?.headerHandle).toBe('');
  }
});

it('keeps the sample when nothing else was chosen', async () => {
  await store.pickSample();
  backend.texts.state.sample = { handle: '', name: '', problem: '' } as never;
  await store.pickSample();
  expect(store.form?.headerHandle).toBe('4::sample');
});
