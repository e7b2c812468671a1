import { describe, expect, it, vi } from 'vitest';
import { fakeShop, started } from '../../../test/fake';
import { presetTime, toField } from './reminder';
import { ShopWork } from './work.svelte';
import { inbox } from '~/lib/api';

describe('working with a conversation', () => {
  it('gives and takes labels, whatever the person has already', async () => {
    const backend = fakeShop((data) => Object.assign(data.conversations[0] ?? {}, { labelIds: [2] }));
    const work = started(new ShopWork());
    await vi.waitFor(() => expect(work.labels.length).toBe(3));
    const [blue, red] = work.labels;
    if (!blue || !red) throw new Error('no labels');
    await work.toggleLabel(await inbox.getConversation(1), blue);
    expect(backend.data.conversations[0]?.labelIds).toEqual([2, 1]);
    await work.toggleLabel(await inbox.getConversation(1), red);
    expect(work.labelsOf(await inbox.getConversation(1)).map((label) => label.name)).toEqual([
      'Stammkundschaft',
    ]);
  });

  it('keeps notes with the person they are about', async () => {
    fakeShop();
    const work = started(new ShopWork());
    const first = (await inbox.getConversation(1)).customerId;
    const second = (await inbox.getConversation(2)).customerId;
    work.show(first, 1);
    expect(await work.saveNote(0, '  Mag keine Nelken ')).toBe(true);
    expect(work.notes[0]?.text).toBe('Mag keine Nelken');
    work.show(second, 2);
    expect(work.notes).toHaveLength(0);
    work.show(first, 1);
    await vi.waitFor(() => expect(work.notes).toHaveLength(1));
    await work.saveNote(work.notes[0]?.id ?? 0, ' ');
    expect(work.notes).toHaveLength(0);
  });

  it('lists a reminder once its time has come, and no longer when it is settled', async () => {
    fakeShop();
    const work = started(new ShopWork());
    await work.remind(3, new Date(Date.now() - 1000), 'Kranz fertig?');
    await vi.waitFor(() => expect(work.due.map((row) => row.why)).toEqual(['Kranz fertig?']));
    await work.remind(3, null, '');
    await vi.waitFor(() => expect(work.due).toHaveLength(0));
  });

  it('says why somebody cannot be blocked', async () => {
    const backend = fakeShop();
    const work = started(new ShopWork());
    backend.failing.set('Work.Block', { code: 'window_closed' });
    expect(await work.block('x', true)).toBe(false);
    expect(work.blocking).toBe(true);
    expect(work.error?.code).toBe('window_closed');
    backend.failing.clear();
    expect(await work.block('x', true)).toBe(true);
    expect(work.error).toBeNull();
  });
});

describe('the times of a reminder', () => {
  const noon = new Date(2026, 10, 22, 12, 0);

  it('are in the computer’s time zone', () => {
    expect(toField(presetTime('evening', noon) ?? noon)).toBe('2026-11-22T17:00');
    expect(toField(presetTime('morning', noon) ?? noon)).toBe('2026-11-23T09:00');
    expect(toField(presetTime('week', noon) ?? noon)).toBe('2026-11-29T09:00');
    expect(toField(presetTime('hour', noon) ?? noon)).toBe('2026-11-22T13:00');
  });

  it('leave out what is over for today', () => {
    expect(presetTime('evening', new Date(2026, 10, 22, 17, 30))).toBeNull();
  });
});
