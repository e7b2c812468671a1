import { describe, expect, it } from 'vitest';
import { fakeShop } from '../../../test/fake';
import { Breaches, fromField, toField } from './breaches.svelte';
import { AnswersForm, ContractsForm, ScreeningForm } from './forms.svelte';
import { PapersDesk } from './papers.svelte';

describe('the papers', () => {
  it('are drafts until somebody confirms the version that was shown', async () => {
    const backend = fakeShop();
    const store = new PapersDesk('de');
    await store.open('record');
    expect(store.sheet?.draft).not.toBe('');
    store.by = 'Kanzlei Weber';
    await store.confirm();
    expect(store.sheet?.draft).toBe('');
    expect(store.versions.map((one) => one.by)).toEqual(['Kanzlei Weber']);
    expect(backend.papers.state.confirmed).toEqual([
      { kind: 'record', language: 'de', fingerprint: 'f1', by: 'Kanzlei Weber' },
    ]);
  });

  it('say when the paper has changed meanwhile, and keep nothing', async () => {
    const backend = fakeShop();
    const store = new PapersDesk('de');
    await store.open('record');
    store.sheet = store.sheet && { ...store.sheet, fingerprint: 'old' };
    await store.confirm();
    expect(store.error?.code).toBe('conflict');
    expect(backend.papers.state.confirmed).toEqual([]);
  });

  it('are saved in the language they are read in', async () => {
    const backend = fakeShop();
    const store = new PapersDesk('de');
    await store.open('record');
    await store.speak('en');
    await store.save();
    expect(store.saved).toBe(true);
    expect(backend.papers.state.saved).toEqual([{ kind: 'record', language: 'en' }]);
  });
});

describe('what the owner says', () => {
  it('keeps answers', async () => {
    const backend = fakeShop();
    const form = new AnswersForm();
    await form.load();
    form.tax = { text: 'Steuerbüro Kern', none: false };
    form.help = { text: '', none: true };
    await form.save();
    expect(form.saved).toBe(true);
    expect(backend.papers.state.said).toMatchObject({
      tax: { text: 'Steuerbüro Kern' },
      help: { none: true },
    });
  });

  it('wants reasons for a screening', async () => {
    fakeShop();
    const form = new ScreeningForm();
    await form.load('de');
    form.answer('special', true);
    expect(await form.save()).toBe(false);
    form.reason = 'Ein Blumenladen.';
    form.by = 'Rosa';
    expect(await form.save()).toBe(true);
    expect(form.error).toBeNull();
  });

  it('enters a contract and says which day is wrong', async () => {
    const backend = fakeShop();
    const form = new ContractsForm();
    await form.load('de');
    form.begin('whatsapp');
    form.accepted = '2999-01-01';
    expect(await form.add(false, 'de')).toBe(false);
    expect(form.error?.field).toBe('accepted');
    form.accepted = '2026-03-01';
    form.check('a', true);
    expect(await form.add(false, 'de')).toBe(true);
    expect(form.party).toBeNull();
    expect(backend.papers.state.contracts).toMatchObject([{ party: 'whatsapp', letters: 'a' }]);
  });
});

describe('a breach', () => {
  it('runs from when it was known until it is told or judged harmless', async () => {
    fakeShop();
    const store = new Breaches();
    await store.load();
    const known = new Date('2026-11-22T14:05:00');
    store.begin(known);
    expect(store.row?.authority).toBe('Musterbehörde');
    await store.go('whom');
    expect(store.step).toBe('whom');
    expect(store.row).toMatchObject({ id: 1, running: true, dueMs: known.getTime() + 72 * 3_600_000 });
    if (store.row) store.row.risk = 'none';
    await store.save();
    expect(store.row?.running).toBe(false);
    expect(store.sheet?.rows).toHaveLength(1);
  });

  it('reads and writes the time of a field', () => {
    const at = new Date('2026-11-22T14:05:00').getTime();
    expect(toField(at)).toBe('2026-11-22T14:05');
    expect(fromField(toField(at))).toBe(at);
    expect(toField(0)).toBe('');
    expect(fromField('')).toBe(0);
  });
});
