import { expect, test } from 'vitest';
import { formatMoney } from './money';

test.each([
  ['1234.50', 'EUR', 'de', '1.234,50\u00a0€'],
  ['1234.50', 'EUR', 'en', '€1,234.50'],
  ['0.30', 'EUR', 'de', '0,30\u00a0€'],
  ['1500.00', 'JPY', 'de', '1.500\u00a0¥'],
  ['1.125', 'EUR', 'de', '1,125\u00a0€'],
  ['999999998999999990000000.01', 'EUR', 'de', '999.999.998.999.999.990.000.000,01\u00a0€'],
  ['1e9', 'EUR', 'de', '1e9 EUR'],
  ['12', '€uro', 'de', '12 €uro'],
  ['', '', 'de', ''],
] as const)('%s %s in %s', (value, currency, language, expected) => {
  expect(formatMoney(value, currency, language)).toBe(expected);
});
