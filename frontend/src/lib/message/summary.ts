import type { Hint, MessageKind } from '~/lib/api';
import type { I18n, MessageKey } from '~/lib/i18n/i18n.svelte';
import { plainText } from '~/lib/text/format';

/** What WhatsApp did not pass on, where its word for it is known. */
const unsupported: Readonly<Record<string, MessageKey>> = {
  poll: 'bubble.unsupported.poll',
  poll_creation: 'bubble.unsupported.poll',
  poll_update: 'bubble.unsupported.pollVote',
  edit: 'bubble.unsupported.edit',
  button: 'bubble.unsupported.button',
  pin: 'bubble.unsupported.pin',
  event: 'bubble.unsupported.event',
  gif: 'bubble.unsupported.gif',
  group_invite: 'bubble.unsupported.groupInvite',
  live_location: 'bubble.unsupported.liveLocation',
  view_once: 'bubble.unsupported.viewOnce',
  link_preview: 'bubble.unsupported.linkPreview',
  product: 'bubble.unsupported.product',
  media_placeholder: 'bubble.unsupported.media',
};

export function unsupportedKey(type: string): MessageKey | undefined {
  return Object.hasOwn(unsupported, type) ? unsupported[type] : undefined;
}

/** A message in one line, for lists, quotes and screen readers. text is its text or caption. */
export function summary(t: I18n['t'], kind: MessageKind, text: string, hint: Hint): string {
  const words = plainText(text);
  switch (kind) {
    case 'location':
      return words ? t('summary.location', { text: words }) : t('kind.location');
    case 'contacts':
      return hint.count > 1 || !words
        ? t('summary.contacts', { count: hint.count })
        : t('summary.contact', { name: words });
    case 'order':
      return t('summary.order', { count: hint.count });
    case 'system':
      return hint.type === 'user_changed_number' || hint.type === 'user_changed_user_id'
        ? t('summary.moved')
        : words || t('kind.system');
    case 'call':
      return t(hint.type === 'missed' ? 'bubble.call.missed' : 'kind.call');
    case 'unsupported':
    case 'unknown':
      return t(unsupportedKey(hint.type) ?? `kind.${kind}`);
    case 'interactive':
      if (hint.type === 'nfm_reply') return t('bubble.form.title');
      if (hint.type === 'call_permission_reply') return t('summary.callPermission');
      return words || t('kind.interactive');
    default:
      return words || t(`kind.${kind}`);
  }
}
