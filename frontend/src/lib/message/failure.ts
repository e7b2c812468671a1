import type { ErrorCode } from '~/lib/api';
import type { I18n } from '~/lib/i18n/i18n.svelte';

/** The topics of internal/cloudapi/topic.go: what a number of Meta's means to the shop. */
const topics = [
  'token',
  'permission',
  'policy',
  'country',
  'locked',
  'trouble',
  'down',
  'maintenance',
  'call_limit',
  'throughput',
  'spam_limit',
  'pair_limit',
  'register_limit',
  'number_gone',
  'parameter',
  'experiment',
  'to_self',
  'person',
  'lost_inbound',
  'lost_outbound',
  'display_name',
  'payment',
  'not_registered',
  'just_removed',
  'window',
  'held_back',
  'marketing_stopped',
  'message_type',
  'media_fetch',
  'media_upload',
  'paging',
  'unavailable',
  'needs_number',
  'template_route',
  'template_fields',
  'template_missing',
  'template_long',
  'template_characters',
  'template_paused',
  'template_disabled',
  'template_create',
  'flow',
  'pin',
  'verify_number',
  'pin_wait',
  'terms',
  'marketing_api',
  'identity',
  'block_partly',
  'block_full',
  'block_again',
  'username',
  'sync_done',
  'sync_late',
  'sync_declined',
] as const;

/** What happened and what to do, as exactly as it is known. */
export function failureWords(t: I18n['t'], code: ErrorCode, topic: string): { title: string; next: string } {
  const known = topics.find((word) => word === topic);
  return known === undefined
    ? { title: t(`error.${code}.title`), next: t(`error.${code}.next`) }
    : { title: t(`failure.${known}.title`), next: t(`failure.${known}.next`) };
}

/** Topics where the same message would fail again; the next step says what else helps. */
const final: readonly string[] = [
  'country',
  'parameter',
  'experiment',
  'to_self',
  'person',
  'marketing_stopped',
  'message_type',
  'media_upload',
  'needs_number',
  'template_route',
  'template_fields',
  'template_missing',
  'template_long',
  'template_characters',
  'template_disabled',
  'flow',
  'marketing_api',
];

/** Codes of our own that mean the same. */
const finalCodes: readonly ErrorCode[] = ['invalid', 'undeliverable', 'no_opt_in', 'template_rejected'];

/** Whether sending the very same message once more can help. */
export function canSendAgain(code: ErrorCode, topic: string): boolean {
  return topic === '' ? !finalCodes.includes(code) : !final.includes(topic);
}
