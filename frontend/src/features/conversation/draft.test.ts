import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeShop } from '../../../test/fake';
import type { FakeBackend } from '../../../test/fakeBackend';
import { Draft } from './draft.svelte';

let backend: FakeBackend;
const saves = () => backend.calls.filter((call) => call === 'Inbox.SaveDraft').length;
const saved = (id: number) => backend.data.conversations.find((row) => row.id === id)?.draft;

beforeEach(() => {
  vi.useFakeTimers();
  backend = fakeShop();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('Draft', () => {
  it('is saved once the person pauses, not with every key', async () => {
    const draft = new Draft();
    draft.load(3, '', '');
    for (const text of ['B', 'Bi', 'Bis']) {
      draft.write(text);
      await vi.advanceTimersByTimeAsync(200);
    }
    expect(saves()).toBe(0);
    await vi.advanceTimersByTimeAsync(600);
    expect(saves()).toBe(1);
    expect(saved(3)).toBe('Bis');
  });

  it('is saved at once when the person leaves, for the conversation it belongs to', async () => {
    const draft = new Draft();
    draft.load(3, '', '');
    draft.write('Bis Samstag');
    const flushed = draft.flush();
    draft.load(4, 'anderes', '');
    await flushed;
    expect(saved(3)).toBe('Bis Samstag');
    await vi.advanceTimersByTimeAsync(5000);
    expect(saves()).toBe(1);
    expect(draft.text).toBe('anderes');
  });

  it('says so if it cannot be saved, and tries again with the next change', async () => {
    const draft = new Draft();
    draft.load(3, '', '');
    backend.failing.set('Inbox.SaveDraft', { code: 'storage_full' });
    draft.write('Bis');
    await vi.advanceTimersByTimeAsync(600);
    expect(draft.error?.code).toBe('storage_full');
    backend.failing.clear();
    await draft.flush();
    expect(saved(3)).toBe('Bis');
    expect(draft.error).toBeNull();
  });

  it('is not written if nothing changed', async () => {
    const draft = new Draft();
    draft.load(3, 'Bis', '');
    await draft.flush();
    expect(saves()).toBe(0);
  });

  it('inserted text replaces the selection and moves the cursor behind it', () => {
    const draft = new Draft();
    draft.load(1, 'Guten Morgen', '');
    draft.selection = { start: 6, end: 12 };
    draft.insert('Tag');
    expect([draft.text, draft.caret]).toEqual(['Guten Tag', 9]);
    draft.insert('!');
    expect(draft.text).toBe('Guten Tag!');
  });

  it('inserted text goes to the end of a draft that got shorter', () => {
    const draft = new Draft();
    draft.load(1, 'lang', '');
    draft.write('k');
    draft.insert('x');
    expect(draft.text).toBe('kx');
  });
});
