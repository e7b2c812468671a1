import type { Message } from '~/lib/api';
import { daysBetween } from '~/lib/format/time';

/** One row of the conversation: a message and what stands between it and the one before. */
export interface Row {
  message: Message;
  /** The first message of its day. */
  startsDay: boolean;
  /** The first message that was unread when the conversation was opened. */
  startsUnread: boolean;
  /** Follows a message of the same side within minutes: stands closer to it. */
  joined: boolean;
  /** The newest message that is loaded. */
  last: boolean;
}

const joinedWithinMs = 5 * 60_000;

/**
 * With more before it, the first message only says what stands above the second: a row that lost its day
 * when older ones come in front would move everything below it.
 */
export function toRows(messages: readonly Message[], firstUnreadId: string, hasOlder = false): Row[] {
  const rows = messages.map((message, index) => {
    const before = messages[index - 1];
    const startsDay = isNewDay(before, message);
    const startsUnread = message.id === firstUnreadId;
    const joined = !startsDay && !startsUnread && before !== undefined && isJoined(before, message);
    return { message, startsDay, startsUnread, joined, last: index === messages.length - 1 };
  });
  return hasOlder && rows.length > 1 ? rows.slice(1) : rows;
}

function isNewDay(before: Message | undefined, message: Message): boolean {
  if (!message.sentAt) return false;
  return !before?.sentAt || daysBetween(before.sentAt, message.sentAt) !== 0;
}

function isJoined(before: Message, message: Message): boolean {
  if ((before.direction === 'in') !== (message.direction === 'in')) return false;
  if (!before.sentAt || !message.sentAt) return false;
  return message.sentAt.getTime() - before.sentAt.getTime() < joinedWithinMs;
}

/** A reply can refer to what WhatsApp has and both sides still see. */
export function canReplyTo(message: Message): boolean {
  if (message.revoked || ['system', 'request_welcome', 'call'].includes(message.kind)) return false;
  return message.status === null || ['sent', 'delivered', 'read', 'played'].includes(message.status);
}

/** Reactions can be put on what the customer wrote. (Meta docs: Reaction messages.) */
export function canReactTo(message: Message): boolean {
  return message.direction === 'in' && canReplyTo(message);
}
