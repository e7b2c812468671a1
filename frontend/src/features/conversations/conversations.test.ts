import { describe, expect, it, vi } from 'vitest';
import { fakeShop, started } from '../../../test/fake';
import { shop } from '../../../test/fakeData';
import { Conversations } from './conversations.svelte';

const ids = (list: Conversations) => list.rows.map((row) => row.id);

async function ready(list: Conversations) {
  await vi.waitFor(() => expect(list.phase).toBe('ready'));
}

describe('Conversations', () => {
  it('loads page by page, newest activity first', async () => {
    fakeShop((data) => Object.assign(data, { conversations: shop(Date.now(), 250).conversations }));
    const list = started(new Conversations());
    await ready(list);
    expect(list.rows).toHaveLength(100);
    expect(list.total).toBe(250);
    await list.loadMore();
    await list.loadMore();
    expect(list.rows).toHaveLength(250);
    expect(list.hasMore).toBe(false);
    expect(new Set(ids(list)).size).toBe(250);
  });

  it('moves a conversation up when its customer writes, and tells', async () => {
    const backend = fakeShop();
    const list = started(new Conversations());
    await ready(list);
    const told: string[] = [];
    list.onarrival = (row) => told.push(row.name);
    backend.receive(7, 'Guten Tag');
    await vi.waitFor(() => expect(ids(list)[0]).toBe(7));
    expect(list.rows[0]).toMatchObject({ preview: 'Guten Tag', unread: 1 });
    expect(list.unread).toBe(3);
    expect(told).toHaveLength(1);
  });

  it('asks for single rows after a few changes and for the pages after many', async () => {
    const backend = fakeShop();
    const list = started(new Conversations());
    await ready(list);
    backend.calls.length = 0;
    for (let id = 1; id <= 30; id++) backend.emit('conversation:changed', { conversationId: id, new: false });
    await vi.waitFor(() => expect(backend.calls).toEqual(['Inbox.ListConversations']));
    await new Promise((resolve) => setTimeout(resolve, 0));
    backend.emit('conversation:changed', { conversationId: 3, new: false });
    await vi.waitFor(() => expect(backend.calls).toContain('Inbox.GetConversation'));
  });

  it('leaves a row out that belongs to a page not loaded yet', async () => {
    const backend = fakeShop((data) =>
      Object.assign(data, { conversations: shop(Date.now(), 250).conversations }),
    );
    const list = started(new Conversations());
    await ready(list);
    backend.emit('conversation:changed', { conversationId: 240, new: false });
    await vi.waitFor(() => expect(backend.calls).toContain('Inbox.GetConversation'));
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(ids(list)).not.toContain(240);
    expect(list.rows).toHaveLength(100);
  });

  it('drops an erased person at once and closes what was selected', async () => {
    const backend = fakeShop();
    const list = started(new Conversations());
    await ready(list);
    const gone = list.rows[2];
    list.selectedId = gone?.id ?? null;
    backend.data.conversations = backend.data.conversations.filter((row) => row.id !== gone?.id);
    backend.emit('customer:changed', { customerId: gone?.customerId, erased: true });
    expect(ids(list)).not.toContain(gone?.id);
    expect(list.selectedId).toBeNull();
  });

  it('says why it cannot load, and loads when asked again', async () => {
    const backend = fakeShop();
    backend.failing.set('Inbox.ListConversations', { code: 'storage_locked' });
    const list = started(new Conversations());
    await vi.waitFor(() => expect(list.phase).toBe('failed'));
    expect(list.error?.code).toBe('storage_locked');
    backend.failing.clear();
    await list.load();
    expect(list.phase).toBe('ready');
  });
});

describe('the views of the list', () => {
  it('ask for their own rows, pinned ones first', async () => {
    fakeShop((data) => {
      Object.assign(data.conversations[7] ?? {}, { pinned: true });
      Object.assign(data.conversations[3] ?? {}, { doneAtMs: Date.now() });
    });
    const list = started(new Conversations());
    await vi.waitFor(() => expect(list.phase).toBe('ready'));
    expect(list.rows[0]?.id).toBe(8);
    expect(list.rows.some((row) => row.id === 4)).toBe(false);
    expect(list.counts.done).toBe(1);
    await list.show({ name: 'done', labelId: 0, colleagueId: 0 });
    expect(list.rows.map((row) => row.id)).toEqual([4]);
  });

  it('keep the row somebody is working on', async () => {
    const backend = fakeShop();
    const list = started(new Conversations());
    await list.show({ name: 'unread', labelId: 0, colleagueId: 0 });
    const first = list.rows[0];
    if (!first) throw new Error('nothing unread');
    list.selectedId = first.id;
    const calls = () => backend.calls.filter((call) => call === 'Inbox.ListConversations').length;
    const before = calls();
    Object.assign(backend.data.conversations.find((row) => row.id === first.id) ?? {}, { unread: 0 });
    backend.emit('conversation:changed', { conversationId: first.id, new: false });
    await vi.waitFor(() => expect(calls()).toBeGreaterThan(before));
    await vi.waitFor(() => expect(list.rows.find((row) => row.id === first.id)?.unread).toBe(0));
  });
});
