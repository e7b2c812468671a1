import { describe, expect, it } from 'vitest';
import { fakeShop } from '../../../test/fake';
import { AutomaticState } from './automatic.svelte';

async function desk() {
  const backend = fakeShop();
  const store = new AutomaticState();
  await store.load();
  const { form } = store;
  if (!form) throw new Error('no form');
  return { store, form, fake: backend.automatic.state };
}

describe('the privacy notice', () => {
  it('is confirmed as it was shown, and only then goes out', async () => {
    const { store, form, fake } = await desk();
    expect(form.noticeOn).toBe(false);
    expect(store.confirmable).toBe(true);
    await store.confirm(false);
    expect(fake.confirmed).toEqual([{ fingerprint: 'f1', material: false }]);
    expect(store.form?.noticeOn).toBe(true);
    expect(store.desk?.notice.confirmedAt).toBeInstanceOf(Date);
  });

  it('cannot be confirmed without the line on the right to object', async () => {
    const { store } = await desk();
    const [draft] = store.desk?.notice.drafts ?? [];
    if (!draft) throw new Error('no draft');
    store.edit(draft);
    if (!store.editing) throw new Error('not editing');
    store.editing.body = 'Wir löschen nach 6 Monaten.';
    await store.check();
    expect(store.editing.problems).toEqual([{ code: 'objection', serious: true }]);
    await store.keepWords();
    expect(store.editing).toBeNull();
    expect(store.confirmable).toBe(false);
    await store.forgetWords('de');
    expect(store.confirmable).toBe(true);
  });

  it('says when the draft is newer than what is sent', async () => {
    const { store, fake } = await desk();
    await store.confirm(false);
    const [draft] = store.desk?.notice.drafts ?? [];
    if (!draft) throw new Error('no draft');
    store.edit({ ...draft, body: `${draft.body} WIDERSPRUCH` });
    await store.keepWords();
    expect(store.desk?.notice.changed).toBe(true);
    await store.confirm(true);
    expect(fake.confirmed.at(-1)).toEqual({ fingerprint: 'f2', material: true });
  });
});

describe('the settings', () => {
  it('are kept when they are saved, and what is wrong is named', async () => {
    const { store, form, fake } = await desk();
    expect(store.dirty).toBe(false);
    form.greeting = { on: true, text: '' };
    expect(store.dirty).toBe(true);
    await store.save();
    expect(store.error).toMatchObject({ code: 'invalid', field: 'greeting' });
    expect(store.form?.greeting.on).toBe(true);
    form.greeting.text = 'Guten Tag.';
    await store.save();
    expect(store.saved).toBe(true);
    expect(store.dirty).toBe(false);
    expect(fake.desk.form.greeting).toEqual({ on: true, text: 'Guten Tag.' });
  });

  it('are previewed as they stand, saved or not', async () => {
    const { store, form } = await desk();
    form.absence.on = true;
    await store.show(new Date(2026, 10, 22, 22));
    expect(store.preview).toMatchObject({ open: false, messages: [{ kinds: ['absence'] }] });
    await store.show(new Date(2026, 10, 23, 11));
    expect(store.preview).toMatchObject({ open: true, messages: [] });
  });
});
