import type { Finding } from '~/lib/api';
import type { I18n, MessageKey } from '~/lib/i18n/i18n.svelte';

/** A finding in words: what was found and, where something refused, why and what to do. */
export function findingText(i18n: I18n, finding: Finding, now: Date): string {
  const [area, word] = finding.word.split('.');
  const key = `finding.${area}.${word}.${finding.state}`;
  const text = i18n.has(key)
    ? i18n.t(key, {
        value: finding.value,
        count: finding.number,
        when: finding.at ? whenText(i18n, finding.at, now) : i18n.t('customer.unknown'),
      })
    : finding.word;
  if (!finding.code) return text;
  // "Please check it" adds nothing where the line itself says what to check.
  const why: MessageKey = `error.${finding.code}.title`;
  const next: MessageKey = `error.${finding.code}.next`;
  const reason = finding.code === 'invalid' ? '' : ` ${i18n.t(why)} ${i18n.t(next)}`;
  const number =
    finding.number > 0 ? ` ${i18n.t('guide.providerNumber', { number: String(finding.number) })}` : '';
  return `${text}${reason}${number}`;
}

function whenText(i18n: I18n, at: Date, now: Date): string {
  return at > now ? i18n.times.date(at) : i18n.times.ago(at, now);
}
