import type { Language } from '~/lib/api';

/**
 * A decimal amount ("1234.50") as people write it: "1.234,50 €". The digits are never turned into a floating
 * number; what is no plain decimal or no currency is shown as it came.
 */
export function formatMoney(value: string, currency: string, language: Language): string {
  if (!/^\d+(?:\.\d+)?$/u.test(value) || !/^[A-Z]{3}$/u.test(currency)) return `${value} ${currency}`.trim();
  const locale = language === 'de' ? 'de-DE' : 'en-GB';
  const [whole = '0', places = ''] = value.split('.');
  const parts = new Intl.NumberFormat(locale, { style: 'currency', currency }).formatToParts(0);
  const usual = parts.find((part) => part.type === 'fraction')?.value.length ?? 0;
  const shown = places.replace(/0+$/u, '').padEnd(usual, '0');
  const digits = new Intl.NumberFormat(locale).format(BigInt(whole));
  const point = locale === 'de-DE' ? ',' : '.';
  const number = shown === '' ? digits : `${digits}${point}${shown}`;
  return parts
    .filter((part) => part.type !== 'decimal' && part.type !== 'fraction')
    .map((part) => (part.type === 'integer' ? number : part.value))
    .join('');
}
