import { describe, expect, it, vi } from 'vitest';
import { fakeShop, started } from '../../../test/fake';
import { MessageSearch } from './search.svelte';

describe('the search', () => {
  it('lists people first, then messages, newest first, and marks the words', async () => {
    fakeShop();
    const search = started(new MessageSearch());
    search.type('Annegret');
    await vi.waitFor(() => expect(search.phase).toBe('done'));
    expect(search.hits[0]).toMatchObject({ type: 'person', person: { marks: [{ start: 0, end: 8 }] } });
    const times = search.messages.map((hit) => hit.sentAt.getTime());
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });

  it('shows only the newest answer, however late an older one comes', async () => {
    const backend = fakeShop();
    const search = started(new MessageSearch());
    backend.pending.add('Search.Find');
    search.type('alt');
    backend.pending.clear();
    search.type('gibt es nicht');
    await vi.waitFor(() => expect(search.phase).toBe('done'));
    expect(search.hits).toHaveLength(0);
    search.clear();
    expect(search.open).toBe(false);
    expect(search.phase).toBe('idle');
  });

  it('is open while it is narrowed, also without words', async () => {
    fakeShop();
    const search = started(new MessageSearch());
    search.filter({ kind: 'image' });
    expect(search.open).toBe(true);
    await vi.waitFor(() => expect(search.messages.length).toBeGreaterThan(0));
    expect(search.messages.every((hit) => hit.kind === 'image' || hit.kind === 'sticker')).toBe(true);
    const day = new Date(Date.now() + 48 * 3600_000).toISOString().slice(0, 10);
    search.filter({ kind: 'any', from: day });
    await vi.waitFor(() => expect(search.messages).toHaveLength(0));
  });

  it('drops an erased person at once', async () => {
    const backend = fakeShop();
    const search = started(new MessageSearch());
    search.type('Annegret');
    await vi.waitFor(() => expect(search.people.length).toBeGreaterThan(0));
    const customerId = search.people[0]?.customerId ?? '';
    search.filter({ customerId });
    backend.emit('customer:changed', { customerId, erased: true });
    expect(search.people.some((person) => person.customerId === customerId)).toBe(false);
    expect(search.filters.customerId).toBe('');
  });

  it('completes itself when the index is there', async () => {
    const backend = fakeShop();
    backend.search.state.ready = false;
    const search = started(new MessageSearch());
    search.type('Samstag');
    await vi.waitFor(() => expect(search.phase).toBe('done'));
    expect(search.ready).toBe(false);
    backend.search.state.ready = true;
    backend.emit('search:changed');
    await vi.waitFor(() => expect(search.ready).toBe(true));
  });

  it('moves over the hits from the field and stays inside', async () => {
    fakeShop();
    const search = started(new MessageSearch());
    search.type('Annegret');
    await vi.waitFor(() => expect(search.hits.length).toBeGreaterThan(0));
    search.move(-1);
    expect(search.activeIndex).toBe(0);
    for (let i = 0; i < 500; i++) search.move(1);
    expect(search.activeIndex).toBe(search.hits.length - 1);
  });
});
