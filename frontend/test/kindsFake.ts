/** Every kind of message that is no file, as awkward as customers make them. */
import type { app } from '../src/wailsjs/go/models';
import { message } from './fakeBackend';

const minute = 60_000;

const nothing: app.ContentRow = {
  cards: [],
  unsupportedType: '',
  unsupportedNumber: 0,
  product: '',
  forwardedOften: false,
} as unknown as app.ContentRow;

type Part = Omit<Partial<app.MessageRow>, 'content'> & { content?: Partial<app.ContentRow> };

function rows(conversationId: number, now: number, parts: Part[]): app.MessageRow[] {
  return parts.map(({ content, ...part }, index) =>
    message({
      id: `${String(conversationId)}${String(index + 10)}`,
      conversationId,
      sentAtMs: now - (parts.length - index) * 7 * minute,
      ...part,
      ...(content ? { content: { ...nothing, ...content } as app.ContentRow } : {}),
    }),
  );
}

const choice = (part: Partial<app.ChoiceRow>) =>
  ({
    type: 'list_reply',
    title: '',
    description: '',
    answers: [],
    unreadable: false,
    ...part,
  }) as app.ChoiceRow;

const quote = (text: string) => ({
  messageId: '910',
  fromShop: true,
  kind: 'text',
  text,
  revoked: false,
  hint: { type: '', count: 0 },
});

/** Places, cards, choices, forms and orders. */
export function sharedThings(conversationId: number, now: number): app.MessageRow[] {
  return rows(conversationId, now, [
    {
      text: 'Kann ich mehr dazu erfahren?',
      content: {
        referral: {
          type: 'ad',
          headline: 'Blumen-Abo: jeden Freitag frisch',
          body: 'Vier Wochen testen, danach monatlich kündbar. Wir bringen jeden Freitag einen Strauß.',
          url: 'https://fb.me/tresen-play',
        },
      },
    },
    {
      kind: 'location',
      text: 'Café Morgenrot\nKastanienallee 85, 10435 Berlin',
      content: {
        location: {
          latitude: 52.54021,
          longitude: 13.41088,
          name: 'Café Morgenrot',
          address: 'Kastanienallee 85, 10435 Berlin',
          mapUrl: 'https://www.openstreetmap.org/',
        },
      },
    },
    {
      kind: 'location',
      content: {
        location: {
          latitude: -33.5,
          longitude: 0,
          name: '',
          address: '',
          mapUrl: 'https://www.openstreetmap.org/',
        },
      },
    },
    {
      kind: 'contacts',
      text: 'Hotel Lindenhof, Bankett',
      content: {
        cards: [
          {
            name: 'Hotel Lindenhof, Bankett',
            org: 'Hotel Lindenhof GmbH & Co. KG',
            phones: ['+49 30 23125222', '+49 171 3920022'],
            emails: ['bankett@lindenhof.example'],
            urls: ['https://lindenhof.example'],
            role: 'Bankett · Leitung',
            addresses: ['Lindenallee 4, 10115 Berlin, Deutschland'],
            birthday: '1980-05-17',
            requested: false,
          },
          {
            name: '',
            org: '',
            phones: ['+49 30 1'],
            emails: [],
            urls: [],
            role: '',
            addresses: [],
            birthday: '',
            requested: false,
          },
        ],
      },
    },
    {
      kind: 'contacts',
      text: 'Jule',
      quote: quote('Dürfen wir Ihre Nummer haben, falls wir zurückrufen müssen?'),
      content: {
        cards: [
          {
            name: 'Jule',
            org: '',
            phones: ['+49 171 3920033'],
            emails: [],
            urls: [],
            role: '',
            addresses: [],
            birthday: '',
            requested: true,
          },
        ],
      },
    },
    {
      kind: 'button',
      text: 'Ja, gern',
      quote: quote('Ihre Bestellung ist fertig. Sollen wir sie zurücklegen?'),
      content: { choice: choice({ type: 'button', title: 'Ja, gern' }) },
    },
    {
      kind: 'interactive',
      text: 'Samstag',
      quote: quote('Wann möchten Sie abholen?'),
      content: { choice: choice({ title: 'Samstag', description: 'Zwischen 9 und 13 Uhr' }) },
    },
    {
      kind: 'interactive',
      content: {
        choice: choice({
          type: 'nfm_reply',
          answers: [
            { name: 'Vorname', value: 'Annegret' },
            { name: 'Wunschtermin', value: '2026-12-04 10:30' },
            { name: 'Anmerkungen', value: 'Bitte klingeln bei Sommerfeld,\nHinterhaus' },
          ],
        }),
      },
    },
    {
      kind: 'interactive',
      content: { choice: choice({ type: 'nfm_reply', unreadable: true }) },
    },
    {
      kind: 'interactive',
      content: { choice: choice({ type: 'call_permission_reply', title: 'accept' }) },
    },
    {
      kind: 'order',
      text: 'Bitte als Geschenk einpacken.',
      content: {
        order: {
          lines: [
            { product: 'strauss-herbst-m', quantity: '1', price: '34.9', currency: 'EUR', sum: '34.90' },
            { product: 'karte-handgeschrieben', quantity: '2', price: '2.5', currency: 'EUR', sum: '5.00' },
          ],
          totals: [{ value: '39.90', currency: 'EUR' }],
        } as unknown as app.OrderRow,
      },
    },
    {
      kind: 'order',
      content: {
        order: {
          lines: [{ product: 'strauss', quantity: '1', price: '', currency: 'EUR', sum: '' }],
          totals: [],
        } as unknown as app.OrderRow,
      },
    },
    { text: 'Gibt es das noch?', content: { product: 'strauss-herbst-m' } },
  ]);
}

/** Notices, what is missing, what was changed, and formatting. */
export function noticesAndFormatting(conversationId: number, now: number): app.MessageRow[] {
  return rows(conversationId, now, [
    { kind: 'request_welcome' },
    {
      text: '*Wichtig:* Bitte _bis Freitag_ liefern, ~nicht Samstag~.\n- Rosen\n- `Art. 4711`\n1. klingeln\n2. warten\n> Wie besprochen\n> im *Laden*\n```\nSumme  39,90\nMwSt    6,37\n```\nSiehe https://beispiel.de/a_b_c und *www.beispiel.de*.',
    },
    { direction: 'out', text: 'Gern. *Ihr* Laden' },
    { text: '🌻' },
    { text: '👍🏽 ❤️' },
    { text: 'مرحبا، هل لديكم *ورد أبيض*؟\n- خمسة\n- عشرة' },
    { text: 'Bitte an alle schicken', forwarded: true, content: { forwardedOften: true } },
    { text: 'Guten Tag, haben Sie noch Alpenveilchen?', editedAtMs: now - minute },
    { revoked: true },
    { text: 'Klaus kauf bitte noch Milch', revoked: true, kept: true },
    {
      kind: 'system',
      content: {
        system: {
          type: 'user_changed_number',
          newNumber: '491713920099',
          conversationId: 3,
          name: 'Annegret S.',
        },
      },
    },
    {
      kind: 'system',
      content: { system: { type: 'user_changed_user_id', newNumber: '', conversationId: 0, name: '' } },
    },
    {
      kind: 'system',
      content: { system: { type: 'customer_identity_changed', newNumber: '', conversationId: 0, name: '' } },
    },
    { kind: 'call', content: { call: { missed: true, seconds: 0 } } },
    { kind: 'call', content: { call: { missed: false, seconds: 185 } } },
    {
      kind: 'unsupported',
      typeName: 'poll_creation',
      content: { unsupportedType: 'poll_creation', unsupportedNumber: 131051 },
    },
    {
      kind: 'unsupported',
      typeName: 'edit',
      content: { unsupportedType: 'edit', unsupportedNumber: 131051 },
    },
    { kind: 'unsupported', typeName: 'unsupported', content: { unsupportedNumber: 131060 } },
    { kind: 'unsupported', typeName: 'media_placeholder' },
    { kind: 'unknown', typeName: 'hologram' },
  ]);
}
