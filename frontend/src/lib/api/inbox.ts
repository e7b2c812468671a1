import * as bound from '~/wailsjs/go/app/Inbox';
import * as convert from './convert';
import type { Version } from './content';
import { call } from './errors';
import type { ConversationDetail, ConversationPage, Message, MessagePage, View } from './types';

const openView: View = { name: 'open', labelId: 0, colleagueId: 0 };

export async function listConversations(
  cursor: string,
  limit: number,
  view: View = openView,
): Promise<ConversationPage> {
  const { name, labelId, colleagueId } = view;
  const page = await call(() => bound.ListConversations({ cursor, limit, view: name, labelId, colleagueId }));
  return {
    ...page,
    rows: page.rows.map(convert.conversation),
    counts: convert.viewCounts(page.counts),
  };
}

export async function getConversation(id: number): Promise<ConversationDetail> {
  return convert.conversationDetail(await call(() => bound.GetConversation(id)));
}

/** Which page of a conversation: the newest one, or one beside or around a message. */
export interface MessageCursor {
  before?: string;
  after?: string;
  around?: string;
}

export async function listMessages(
  conversationId: number,
  cursor: MessageCursor,
  limit: number,
): Promise<MessagePage> {
  const page = await call(() =>
    bound.ListMessages({ conversationId, before: '', after: '', around: '', ...cursor, limit }),
  );
  return { ...page, messages: page.messages.map(convert.message) };
}

export async function sendText(conversationId: number, text: string, replyTo: string): Promise<Message> {
  return convert.message(await call(() => bound.SendText({ conversationId, text, replyTo })));
}

export function saveDraft(conversationId: number, text: string, replyTo: string): Promise<void> {
  return call(() => bound.SaveDraft({ conversationId, text, replyTo }));
}

export function markRead(conversationId: number): Promise<void> {
  return call(() => bound.MarkRead(conversationId));
}

export function resolveUnclear(messageId: string, resend: boolean): Promise<void> {
  return call(() => bound.ResolveUnclear({ messageId, resend }));
}

export async function retry(messageId: string): Promise<Message> {
  return convert.message(await call(() => bound.Retry(messageId)));
}

/** Removes what was kept of a message its writer took back. */
export function removeRevoked(messageId: string): Promise<void> {
  return call(() => bound.RemoveRevoked(messageId));
}

/** What a message said before it was edited, oldest first. */
export async function listVersions(messageId: string): Promise<Version[]> {
  const rows = await call(() => bound.Versions(messageId));
  return rows.map((row) => ({ at: new Date(row.atMs), text: row.text }));
}
