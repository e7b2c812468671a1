/** A shop full of awkward people: long, right-to-left, emoji-only and missing names, every kind of message. */
import { app } from '../src/wailsjs/go/models';
import { message, type FakeData } from './fakeBackend';
import { everyFile } from './mediaFake';
import { noticesAndFormatting, sharedThings } from './kindsFake';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const names: [name: string, source: app.NameSource][] = [
  ['Annegret Sommerfeld', app.NameSource.Profile],
  ['Jörg aus der Werkstatt', app.NameSource.Shop],
  ['محمد عبد الرحمن الأنصاري', app.NameSource.Profile],
  ['🌻🐝', app.NameSource.Profile],
  ['', app.NameSource.None],
  ['+491701234567', app.NameSource.Number],
  ['Dr. Wilhelmina-Charlotte von Hohenstein-Brandenburg zu Oberammergau', app.NameSource.Profile],
  ['דוד לוי', app.NameSource.Profile],
  ['maria.k', app.NameSource.Username],
  ['Süßigkeitenfachverkäuferinnenausbildungsgemeinschaft', app.NameSource.Profile],
];

const previews = [
  'Haben Sie am Samstag noch Pfingstrosen da?',
  'Der Reifen ist fertig, oder?',
  'هل المتجر مفتوح غدا؟',
  '👍👍👍',
  'Ich hätte gern zwei Sträuße zu 25 Euro, einmal in Weiß und einmal bunt, abholen würde ich gegen fünf.',
  'Danke',
];

export function shop(now = Date.now(), count = 60): FakeData {
  const conversations = Array.from({ length: count }, (_, index) => head(index, now));
  const messages: FakeData['messages'] = {};
  for (const row of conversations) messages[row.id] = few(row, now);
  messages[1] = everything(now);
  messages[2] = many(now);
  messages[8] = everyFile(8, now);
  messages[9] = sharedThings(9, now);
  messages[10] = noticesAndFormatting(10, now);
  return {
    setup: {
      phase: 'open',
      code: '',
      demo: false,
      keychain: true,
      dataDir: '/home/anders/.local/share/tresen',
      version: '0.1.0',
    },
    connection: {
      receiving: 'ready',
      receivingCode: '',
      source: 'direct',
      webhookUrl: 'http://127.0.0.1:8091/webhook',
      lastDeliveryMs: now - 2 * minute,
      sending: 'ready',
      sendingCode: '',
      queued: 0,
      unclear: 1,
      displayNumber: '+49 30 901820',
      verifiedName: 'Blumen Anders',
      demo: false,
    },
    settings: { language: 'de', theme: 'light', zoom: 100, readReceipts: false, keepRevoked: false },
    conversations,
    messages,
    customers: conversations.map((row) => customer(row, now)),
    print: printing(),
    people: conversations.slice(0, 6).map((row, index) => ({
      id: row.customerId,
      name: row.name,
      number: index === 4 ? '' : `+49 170 ${String(1234500 + index)}`,
    })),
  };
}

function head(index: number, now: number): app.ConversationDetail {
  const [name, nameSource] = names[index % names.length] ?? ['', app.NameSource.None];
  const id = index + 1;
  const lastAtMs = now - index * index * 9 * minute - minute;
  const fromShop = index % 4 === 1;
  return {
    id,
    customerId: `0199-${String(id).padStart(4, '0')}`,
    name: index < names.length || name === '' ? name : `${name} ${String(id)}`,
    nameSource,
    preview: index === 3 ? '' : (previews[index % previews.length] ?? ''),
    previewKind: index === 3 ? 'image' : 'text',
    previewFromShop: fromShop,
    previewStatus: fromShop ? (['read', 'delivered', 'failed', 'queued'][index % 4] ?? '') : '',
    previewRevoked: index === 8,
    previewHint: { type: '', count: 0 },
    lastAtMs,
    unread: index === 0 ? 2 : index === 3 ? 14 : 0,
    windowClosesAtMs: index === 2 ? now + 100 * minute : index === 4 ? now - hour : lastAtMs + day,
    draft: index === 5 ? 'Guten Tag, Ihre Bestellung' : '',
    draftReplyTo: '',
    maybeFormerly: index === 6 ? 'Wilhelmina Brandenburg' : '',
    doneAtMs: 0,
    pinned: false,
    colleagueId: 0,
    remindAtMs: 0,
    blocked: false,
    labelIds: [],
    waiting: !fromShop,
    erasing: false,
    restricted: false,
    interpreted: false,
    language: '',
  };
}

function customer(row: app.ConversationDetail, now: number): app.CustomerDetail {
  const named = row.nameSource === app.NameSource.Shop;
  return {
    id: row.customerId,
    name: row.name,
    nameSource: row.nameSource,
    shopName: named ? row.name : '',
    profileName: row.nameSource === app.NameSource.Profile ? row.name : named ? 'JB' : '',
    identifiers: [
      {
        kind: 'wa_id',
        value: '491701234567',
        firstSeenMs: now - 400 * day,
        lastSeenMs: now,
        retiredMs: 0,
      },
      {
        kind: 'bsuid',
        value: 'DE.4711815904711815',
        firstSeenMs: now - 120 * day,
        lastSeenMs: now,
        retiredMs: 0,
      },
      {
        kind: 'wa_id',
        value: '4915112345678',
        firstSeenMs: now - 700 * day,
        lastSeenMs: now - 400 * day,
        retiredMs: now - 400 * day,
      },
    ],
    firstAtMs: now - 700 * day,
    messages: 214,
    media: 31,
    erasing: row.erasing,
  };
}

function few(row: app.ConversationDetail, now: number): app.MessageRow[] {
  const at = Math.min(row.lastAtMs, now);
  return [
    message({ id: `${String(row.id)}01`, conversationId: row.id, text: 'Guten Tag', sentAtMs: at - hour }),
    message({
      id: `${String(row.id)}02`,
      conversationId: row.id,
      direction: 'out',
      text: 'Guten Tag, was darf es sein?',
      sentAtMs: at - 40 * minute,
    }),
    message({ id: `${String(row.id)}03`, conversationId: row.id, text: row.preview || 'Bild', sentAtMs: at }),
  ];
}

/** One of everything, oldest first. */
function everything(now: number): app.MessageRow[] {
  let at = now - 2 * day;
  let next = 100_000;
  const rows: app.MessageRow[] = [];
  const add = (part: Partial<app.MessageRow>, pause = 7 * minute) => {
    at += pause;
    rows.push(message({ id: String(next++), conversationId: 1, sentAtMs: at, ...part }));
  };
  const out = (part: Partial<app.MessageRow>) => add({ direction: 'out', ...part });
  for (const kind of ['image', 'video', 'audio', 'sticker', 'location', 'contacts', 'order', 'call'])
    add({ kind });
  add({ kind: 'document', fileName: 'Rechnung 2026-11 ‮fdp.exe', text: 'Hier die Rechnung zur Bestellung.' });
  add({ kind: 'system', text: 'Die Sicherheitsnummer hat sich geändert.' });
  add({ kind: 'unsupported', typeName: 'poll_creation' });
  add({ kind: 'unknown', typeName: 'hologram' });
  at = now - day - 3 * hour;
  add({
    text: 'Guten Morgen! Haben Sie am Samstag noch Pfingstrosen da?',
    reactions: [{ emoji: '👍', fromShop: true, state: '', failureCode: '' }],
  });
  out({
    text: 'Guten Morgen. Ja, zwölf Stück in Rosa. Soll ich sie zurücklegen?',
    quote: {
      messageId: '100012',
      fromShop: false,
      kind: 'text',
      text: 'Guten Morgen! Haben Sie am Samstag noch Pfingstrosen da?',
      revoked: false,
      hint: { type: '', count: 0 },
    },
    reactions: [{ emoji: '❤️', fromShop: false, state: '', failureCode: '' }],
  });
  add({ text: 'Sehr gern', editedAtMs: at }, minute);
  add({ text: 'Ich komme gegen 17 Uhr vorbei.' }, minute);
  add({ revoked: true });
  add({
    text: 'So soll es aussehen: https://www.beispiel.de/straeusse/rosa?seite=2 (dritte Reihe).',
    forwarded: true,
  });
  out({ text: 'Das bekommen wir hin.', direction: 'echo', status: 'delivered' });
  add({ text: 'هل يمكنني الدفع نقدا؟' });
  add({ text: 'Donaudampfschifffahrtsgesellschaft'.repeat(6) });
  at = now - 50 * minute;
  out({ text: 'Wir nehmen Karte und bar.', status: 'sent' });
  out({ text: 'Die Rosen sind da.', status: 'delivered' });
  out({
    text: 'Bis Samstag dann.',
    status: 'failed',
    failureCode: 'undeliverable',
    failureNumber: 131026,
    failureTopic: 'person',
  });
  out({ text: 'Noch eine Frage: Soll eine Karte dazu?', status: 'unclear' });
  out({ text: 'Ich lege eine leere bei.', status: 'queued' });
  at = now - 3 * minute;
  add({ text: 'Ja bitte, eine Karte wäre schön.' }, minute);
  add(
    {
      text: 'Und noch etwas: Können Sie bitte „Zum 80. Geburtstag, liebe Oma“ daraufschreiben?',
      quote: {
        messageId: '',
        fromShop: true,
        kind: 'image',
        text: '',
        revoked: false,
        hint: { type: '', count: 0 },
      },
    },
    minute,
  );
  return rows;
}

/** A long conversation with rows of mixed height. */
function many(now: number): app.MessageRow[] {
  const words = 'Guten Tag, ich wollte fragen, ob die Reparatur schon fertig ist und was sie kosten wird. ';
  return Array.from({ length: 700 }, (_, index) =>
    message({
      id: String(200_000 + index),
      conversationId: 2,
      direction: index % 3 === 1 ? 'out' : 'in',
      text: index === 690 ? words.repeat(46) : `${String(index + 1)}. ${words.repeat(1 + ((index * 7) % 5))}`,
      sentAtMs: now - (700 - index) * 37 * minute,
    }),
  );
}

function printing(): FakeData['print'] {
  const layout = { distanceMm: 600, maker: '', labels: 0, together: false };
  return {
    desk: {
      form: {
        kind: 'poster',
        paper: 'A4',
        design: 'counter',
        industry: 'shop',
        language: 'de',
        number: '+49 30 901820',
        text: 'de: Blumen Anders',
        place: '',
        series: '',
        linkCode: '',
        name: 'Blumen Anders',
        legalName: '',
        address: 'Musterweg 7, 10115 Berlin',
        hours: 'Mo–Fr 9–18 Uhr',
        phone: '030 901820',
        mail: '',
        privacy: 'anders.example/recht',
        imprint: '',
        headline: '',
        invitation: '',
        accent: '#1d5c87',
        together: false,
        firstLabel: 1,
        copies: 0,
        offsetX: 0,
        offsetY: 0,
        bleed: 3,
        blackOnly: false,
        level: 'M',
        codeColour: '#000000',
        centre: '',
        letters: '',
        edgeMm: 40,
      },
      layouts: [
        { ...layout, kind: 'poster', paper: 'A4', widthMm: 210, heightMm: 297 },
        { ...layout, kind: 'poster', paper: 'A3', widthMm: 297, heightMm: 420 },
        { ...layout, kind: 'business-card', paper: '85x55', widthMm: 85, heightMm: 55, together: true },
        {
          ...layout,
          kind: 'stickers',
          paper: 'L7160',
          widthMm: 63.5,
          heightMm: 38.1,
          maker: 'Avery',
          labels: 21,
        },
      ],
      designs: ['counter', 'window', 'sign', 'ledger', 'awning', 'evening'],
      industries: ['shop', 'trade', 'salon', 'food'],
      limits: {
        name: 60,
        address: 90,
        web: 60,
        hours: 60,
        phone: 24,
        text: 140,
        place: 24,
        series: 500,
        headline: 60,
        invitation: 110,
      },
    } as app.PrintDesk,
    preview: {
      // One grey pixel: what a page looks like is the Go side's business.
      picture: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGOYCQAAvAC7oMjpYgAAAABJRU5ErkJggg==',
      widthMm: 210,
      heightMm: 297,
      pages: 1,
      light: 'green',
      exportable: true,
      failed: [],
      findings: [],
      omitted: [],
      edgeMm: 89.4,
      reachMm: 640,
      modules: 33,
      level: 'M',
      link: 'https://wa.me/4930901820?text=Hallo',
      text: '',
      number: '+49 30 901820',
      doubtful: false,
      accent: { light: 'green', reason: 'accent', value: 7.2, limit: 4.5 },
    } as unknown as app.PrintPreview,
  };
}
