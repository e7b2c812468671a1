import { expect, test } from 'vitest';
import { I18n } from '~/lib/i18n/i18n.svelte';
import type { MessageKind } from '~/lib/api';
import { canSendAgain, failureWords } from './failure';
import { summary } from './summary';

const { t } = new I18n();
const none = { type: '', count: 0 };

test('a failure is told as exactly as it is known', () => {
  expect(failureWords(t, 'undeliverable', 'held_back').title).toContain('zurückgehalten');
  expect(failureWords(t, 'undeliverable', '').title).toBe(t('error.undeliverable.title'));
  expect(failureWords(t, 'payment', 'constructor').title).toBe(t('error.payment.title'));
});

test.each<[MessageKind, string, { type: string; count: number }, string]>([
  ['text', '*Guten* Tag\n- eins', none, 'Guten Tag • eins'],
  ['location', '', none, 'Standort'],
  ['location', 'Alex\nPlatz 1', none, 'Standort: Alex Platz 1'],
  ['contacts', 'Jule', { type: '', count: 1 }, 'Kontakt: Jule'],
  ['contacts', 'Jule', { type: '', count: 3 }, '3 Kontakte'],
  ['order', 'Als Geschenk', { type: '', count: 2 }, 'Bestellung, 2 Artikel'],
  ['interactive', '', { type: 'nfm_reply', count: 0 }, 'Ausgefülltes Formular'],
  ['interactive', 'Samstag', { type: 'list_reply', count: 0 }, 'Samstag'],
  ['system', 'User changed', { type: 'user_changed_number', count: 0 }, 'Neue Nummer gemeldet'],
  ['call', '', { type: 'missed', count: 0 }, 'Verpasster Anruf'],
  ['call', '', none, 'Anruf'],
  ['unsupported', '', { type: 'poll_creation', count: 0 }, 'Umfrage'],
  ['unsupported', '', { type: 'toString', count: 0 }, 'Nachricht, die WhatsApp nicht weitergibt'],
  ['image', '', none, 'Bild'],
])('%s %j %j in one line', (kind, text, hint, expected) => {
  expect(summary(t, kind, text, hint)).toBe(expected);
});

test('the same message is offered again only where that can help', () => {
  expect(canSendAgain('undeliverable', 'lost_outbound')).toBe(true);
  expect(canSendAgain('offline', '')).toBe(true);
  expect(canSendAgain('undeliverable', 'person')).toBe(false);
  expect(canSendAgain('invalid', '')).toBe(false);
});
