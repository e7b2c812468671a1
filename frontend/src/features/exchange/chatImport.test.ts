import { describe, expect, it } from 'vitest';
import { fakeShop, started } from '../../../test/fake';
import { ChatImport } from './chatImport.svelte';

describe('importing a chat', () => {
  it('asks who the shop is, shows what would come, and can be taken back', async () => {
    const backend = fakeShop();
    const work = started(new ChatImport(7));
    await work.choose();
    expect(work.ready).toBe(false);
    await work.say({ shop: '1' });
    expect(work.preview?.messages).toBe(402);
    await work.run();
    expect(work.result?.messages).toBe(402);
    expect(work.done).toBe(200);
    expect(backend.chats.state.requests.at(-1)).toEqual({
      token: 'export',
      conversationId: 7,
      shop: 1,
      order: '',
    });
    await work.remove();
    expect(work.result).toBeNull();
    expect(backend.chats.state.rows).toEqual([]);
  });

  it('asks for the order of dates where the file can be read in two ways', async () => {
    const backend = fakeShop();
    Object.assign(backend.chats.state.file, { example: '03/04/2025' });
    const work = started(new ChatImport(7));
    await work.choose();
    await work.say({ shop: '0' });
    expect(work.preview).toBeNull();
    await work.say({ order: 'month' });
    expect(work.preview).not.toBeNull();
    expect(backend.chats.state.requests.at(-1)?.order).toBe('month');
  });

  it('says why a file is refused', async () => {
    const backend = fakeShop();
    backend.failing.set('ChatImports.Choose', { code: 'invalid', field: 'exportGroup' });
    const work = started(new ChatImport(7));
    await work.choose();
    expect(work.problem).toBe('exportGroup');
    expect(work.error).toBeNull();
  });

  it('forgets the file when it is closed', async () => {
    const backend = fakeShop();
    const work = new ChatImport(7);
    const stop = work.start();
    await work.choose();
    stop();
    expect(backend.chats.state.dropped).toEqual(['export']);
  });
});
