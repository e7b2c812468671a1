import type { I18n } from '~/lib/i18n/i18n.svelte';
import type { Standing } from '~/lib/standing.svelte';

/** What was wrong with the last try, and when the next one is possible; or empty. */
export function tryProblem(t: I18n['t'], standing: Standing, what: 'pin' | 'secret'): string {
  if (standing.wait > 0) return t('counter.wait', { seconds: standing.wait });
  return standing.wrong ? t(`counter.wrong.${what}`) : '';
}

/** What is wrong with a new PIN typed twice, or empty. */
export function pinProblem(t: I18n['t'], pin: string, again: string): string {
  if ([...pin].length < 4) return t('counter.pinShort');
  return pin === again ? '' : t('counter.pinDiffers');
}
