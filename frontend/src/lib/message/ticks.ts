import type { MessageStatus } from '~/lib/api';

export type TickShape = 'clock' | 'one' | 'two' | 'strong' | 'alert' | 'question';

/** How each status looks. The words are status.<status> in the catalogues. */
export const tickShapes: Readonly<Record<MessageStatus, TickShape>> = {
  queued: 'clock',
  sending: 'clock',
  accepted: 'clock',
  unclear: 'question',
  sent: 'one',
  delivered: 'two',
  read: 'strong',
  played: 'strong',
  failed: 'alert',
};
