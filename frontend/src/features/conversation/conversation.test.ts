import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeShop, started } from '../../../test/fake';
import { message } from '../../../test/fakeBackend';
import { OpenConversation } from './conversation.svelte';

const ids = (conversation: OpenConversation) => conversation.messages.map((row) => row.id);
const seen = () => vi.spyOn(document, 'hasFocus').mockReturnValue(true);

/** Lets everything that is under way come to its end. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 90));

async function opened(id: number) {
  const conversation = started(new OpenConversation());
  await conversation.open(id);
  expect(conversation.phase).toBe('ready');
  return conversation;
}

beforeEach(() => {
  seen();
});

describe('opening', () => {
  it('shows the newest page, goes to the end and has nothing to mark as read', async () => {
    const backend = fakeShop();
    const conversation = await opened(2);
    expect(conversation.messages).toHaveLength(60);
    expect(ids(conversation).at(-1)).toBe('200699');
    expect(conversation.hasOlder).toBe(true);
    expect(conversation.intent).toEqual({ to: 'end' });
    expect(backend.calls).not.toContain('Inbox.MarkRead');
  });

  it('goes to the first unread message and marks the conversation as read', async () => {
    const backend = fakeShop();
    const conversation = await opened(1);
    expect(conversation.intent).toMatchObject({ to: 'message', id: conversation.firstUnreadId });
    expect(conversation.find(conversation.firstUnreadId)?.text).toMatch(/^Ja bitte/);
    expect(backend.calls).toContain('Inbox.MarkRead');
  });

  it('works although it cannot be marked as read', async () => {
    const backend = fakeShop();
    backend.failing.set('Inbox.MarkRead', { code: 'storage_full' });
    const conversation = await opened(1);
    expect(conversation.error).toBeNull();
  });

  it('does not miss what arrives while it loads', async () => {
    const backend = fakeShop();
    const conversation = started(new OpenConversation());
    const opening = conversation.open(3);
    backend.receive(3, 'gerade eben');
    await opening;
    await vi.waitFor(() => expect(conversation.messages.at(-1)?.text).toBe('gerade eben'));
  });

  it('shows the last one opened, however slow the first one was', async () => {
    fakeShop();
    const conversation = started(new OpenConversation());
    const first = conversation.open(2);
    const second = conversation.open(3);
    await Promise.all([first, second]);
    expect(conversation.detail?.id).toBe(3);
    expect(conversation.messages[0]?.id).toBe('301');
  });
});

describe('older messages', () => {
  it('come in front, page by page, without doubles', async () => {
    fakeShop();
    const conversation = await opened(2);
    await conversation.loadOlder();
    await conversation.loadOlder();
    expect(ids(conversation)).toEqual(Array.from({ length: 180 }, (_, i) => String(200_520 + i)));
    expect(conversation.prepending).toBe(false);
  });

  it('are not pulled in by a change at the end', async () => {
    const backend = fakeShop();
    const conversation = await opened(2);
    backend.receive(2, 'Sind Sie da?');
    await vi.waitFor(() => expect(conversation.messages).toHaveLength(61));
    expect(ids(conversation)[0]).toBe('200640');
    expect(conversation.hasOlder).toBe(true);
  });
});

describe('arrivals', () => {
  it('are counted for a reader who is further up, and told', async () => {
    const backend = fakeShop();
    const conversation = await opened(2);
    const told: number[] = [];
    conversation.onarrival = (messages) => told.push(messages.length);
    conversation.following = false;
    backend.calls.length = 0;
    backend.receive(2, 'eins');
    backend.receive(2, 'zwei');
    await vi.waitFor(() => expect(conversation.arrived).toBe(2));
    expect(told).toEqual([2]);
    expect(backend.calls).not.toContain('Inbox.MarkRead');
    await conversation.jumpToEnd();
    expect(conversation.arrived).toBe(0);
    expect(backend.calls).toContain('Inbox.MarkRead');
  });

  it('are not read while nobody looks at the window', async () => {
    const backend = fakeShop();
    const conversation = await opened(2);
    const focus = vi.spyOn(document, 'hasFocus').mockReturnValue(false);
    backend.receive(2, 'eins');
    await vi.waitFor(() => expect(conversation.messages).toHaveLength(61));
    await settled();
    expect(backend.calls).not.toContain('Inbox.MarkRead');
    focus.mockReturnValue(true);
    window.dispatchEvent(new Event('focus'));
    await vi.waitFor(() => expect(backend.calls).toContain('Inbox.MarkRead'));
  });

  it('of more messages than a page holds replace what was there', async () => {
    const backend = fakeShop();
    const conversation = await opened(3);
    for (let i = 0; i < 300; i++) backend.receive(3, String(i));
    await vi.waitFor(() => expect(conversation.messages.at(-1)?.text).toBe('299'));
    expect(new Set(ids(conversation)).size).toBe(conversation.messages.length);
    expect(conversation.hasOlder).toBe(true);
  });
});

describe('statuses', () => {
  it('appear on the message they belong to, also far above', async () => {
    const backend = fakeShop();
    const conversation = await opened(2);
    for (let i = 0; i < 5; i++) await conversation.loadOlder();
    const far = conversation.messages.find((row) => row.direction === 'out');
    backend.report(2, far?.id ?? '', 'failed');
    await vi.waitFor(() => expect(conversation.find(far?.id ?? '')?.status).toBe('failed'));
    expect(conversation.messages).toHaveLength(360);
  });
});

describe('a quoted message', () => {
  it('is loaded with its surroundings, and the way back to the end is open', async () => {
    fakeShop();
    const conversation = await opened(2);
    await conversation.jumpTo('200100');
    expect(conversation.find('200100')).toBeDefined();
    expect(conversation.hasNewer).toBe(true);
    expect(conversation.intent).toMatchObject({ to: 'message', id: '200100', focus: true });
    await conversation.loadNewer();
    expect(new Set(ids(conversation)).size).toBe(conversation.messages.length);
    await conversation.jumpToEnd();
    expect(ids(conversation).at(-1)).toBe('200699');
    expect(conversation.hasNewer).toBe(false);
  });
});

describe('sending', () => {
  it('shows the message as waiting, empties the composer and goes to the end', async () => {
    const backend = fakeShop();
    const conversation = await opened(3);
    conversation.draft.write('  Bis Samstag.  ');
    conversation.draft.setReply('303');
    await conversation.send();
    expect(conversation.messages.at(-1)).toMatchObject({
      text: 'Bis Samstag.',
      status: 'queued',
      quote: { messageId: '303' },
    });
    expect(conversation.draft).toMatchObject({ text: '', replyTo: '' });
    expect(conversation.intent).toEqual({ to: 'end' });
    expect(backend.data.conversations.find((row) => row.id === 3)?.draft).toBe('');
  });

  it.each(['', '   \n', 'x'.repeat(4097)])('refuses what cannot be sent', async (text) => {
    const backend = fakeShop();
    const conversation = await opened(3);
    conversation.draft.write(text);
    await conversation.send();
    expect(backend.calls).not.toContain('Inbox.SendText');
  });

  it('puts the text back if it could not be taken', async () => {
    const backend = fakeShop();
    const conversation = await opened(3);
    backend.failing.set('Inbox.SendText', { code: 'window_closed' });
    conversation.draft.write('Bis Samstag.');
    const sending = conversation.send();
    conversation.draft.write('Und noch etwas');
    await sending;
    expect(conversation.draft.text).toBe('Bis Samstag.\nUnd noch etwas');
    expect(conversation.actionError?.code).toBe('window_closed');
  });

  it('keeps the text as a draft if the person has gone elsewhere meanwhile', async () => {
    const backend = fakeShop();
    const conversation = await opened(3);
    backend.failing.set('Inbox.SendText', { code: 'offline' });
    conversation.draft.write('Bis Samstag.');
    const sending = conversation.send();
    await conversation.open(4);
    await sending;
    await vi.waitFor(() =>
      expect(backend.data.conversations.find((row) => row.id === 3)?.draft).toBe('Bis Samstag.'),
    );
    expect(conversation.draft.text).toBe('');
  });
});

describe('failed and unclear messages', () => {
  it('are sent again or left as the person decides', async () => {
    const backend = fakeShop((data) => {
      data.messages[3]?.push(
        message({ id: '1', conversationId: 3, direction: 'out', status: 'failed', text: 'a' }),
        message({ id: '2', conversationId: 3, direction: 'out', status: 'unclear', text: 'b' }),
      );
    });
    const conversation = await opened(3);
    await conversation.retry('1');
    expect(conversation.messages.at(-1)).toMatchObject({ text: 'a', status: 'queued' });
    await conversation.resolveUnclear('2', false);
    await vi.waitFor(() =>
      expect(conversation.find('2')).toMatchObject({ status: 'failed', failure: 'unclear' }),
    );
    expect(backend.calls).toContain('Inbox.Retry');
  });
});

describe('a person who is erased', () => {
  it('leaves nothing in the window, and no draft is written back', async () => {
    const backend = fakeShop();
    const conversation = await opened(3);
    conversation.draft.write('Noch etwas');
    backend.calls.length = 0;
    backend.emit('customer:changed', { customerId: conversation.detail?.customerId, erased: true });
    expect(conversation).toMatchObject({ id: null, phase: 'none', messages: [], detail: null });
    await settled();
    expect(backend.calls).not.toContain('Inbox.SaveDraft');
  });
});

describe('a very long conversation', () => {
  it('keeps only a part in the page, and finds the way back', async () => {
    fakeShop((data) => {
      data.messages[2] = Array.from({ length: 3000 }, (_, index) =>
        message({ id: String(500_000 + index), conversationId: 2, text: String(index) }),
      );
    });
    const conversation = await opened(2);
    for (let page = 0; page < 40; page++) await conversation.loadOlder();
    expect(conversation.messages.length).toBeLessThanOrEqual(1200);
    expect(conversation.hasNewer).toBe(true);
    const oldest = Number(ids(conversation)[0]);
    expect(oldest).toBe(502_940 - 40 * 60);
    for (let page = 0; page < 60 && conversation.hasNewer; page++) await conversation.loadNewer();
    expect(ids(conversation).at(-1)).toBe('502999');
    expect(conversation.hasOlder).toBe(true);
    expect(conversation.messages.length).toBeLessThanOrEqual(1200);
    const all = ids(conversation).map(Number);
    expect(all.every((id, index) => index === 0 || id === (all[index - 1] ?? 0) + 1)).toBe(true);
  });
});
