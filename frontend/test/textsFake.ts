/** Snippets, templates and costs of the play shop. What may be sent is decided in Go and only played here. */
import type { app } from '../src/wailsjs/go/models';
import { message, type FakeData } from './fakeBackend';

const day = 86_400_000;

function snippet(
  id: number,
  folder: string,
  name: string,
  text: string,
  rest: Partial<app.SnippetForm> = {},
) {
  return {
    id,
    folder,
    name,
    text,
    kind: '',
    header: '',
    footer: '',
    buttons: [],
    listButton: '',
    sections: [],
    linkTitle: '',
    linkUrl: '',
    fileName: '',
    fileBytes: 0,
    ...rest,
  } as unknown as app.SnippetForm;
}

const list = (): app.SnippetForm[] => [
  snippet(
    1,
    'Begrüßung',
    'hallo',
    'Guten Tag {Name}, danke für Ihre Nachricht. Womit können wir Ihnen helfen?',
  ),
  snippet(2, 'Begrüßung', 'danke', 'Vielen Dank und einen schönen Tag. Ihr Team von {Laden}'),
  snippet(3, 'Bestellung', 'abholbereit', 'Guten Tag {Name}, Ihre Bestellung ist fertig. {Öffnungszeiten}'),
  snippet(4, 'Bestellung', 'passt das', 'Passt das so für Sie?', {
    kind: 'button',
    buttons: ['Ja, passt', 'Nein, bitte ändern', 'Bitte anrufen'],
  }),
  snippet(5, 'Termin', 'wann', 'Wann passt es Ihnen am besten?', {
    kind: 'list',
    listButton: 'Zeit wählen',
    sections: [
      {
        title: 'Diese Woche',
        rows: [
          { id: 'row-1', title: 'Vormittag', description: '9 bis 12 Uhr' },
          { id: 'row-2', title: 'Nachmittag', description: '14 bis 18 Uhr' },
        ],
      },
    ] as unknown as app.FrameSection[],
  }),
  snippet(
    6,
    'Datenschutz',
    'hinweise',
    'Unsere Hinweise zum Datenschutz: {Datenschutz}\nImpressum: {Impressum}',
  ),
];

const variables: app.SnippetVariable[] = [
  { key: 'name', word: '{Name}', value: '' },
  { key: 'shop', word: '{Laden}', value: 'Blumen Wiesengrund' },
  { key: 'address', word: '{Adresse}', value: 'Musterweg 7, 10115 Berlin' },
  { key: 'hours', word: '{Öffnungszeiten}', value: 'Mo–Fr 9–18 Uhr, Sa 9–14 Uhr' },
  { key: 'imprint', word: '{Impressum}', value: '' },
  { key: 'privacy', word: '{Datenschutz}', value: 'https://wiesengrund.example/datenschutz' },
  { key: 'date', word: '{Datum}', value: '22.11.2026' },
];

const limits: app.SnippetLimits = {
  name: 40,
  folder: 40,
  text: 4096,
  interactiveText: 1024,
  header: 60,
  footer: 60,
  button: 20,
  buttons: 3,
  sections: 10,
  sectionTitle: 24,
  rows: 10,
  rowTitle: 24,
  rowDescription: 72,
};

function frame(body: string, rest: Partial<app.FrameRow> = {}) {
  return {
    headerKind: '',
    header: '',
    body,
    footer: '',
    buttons: [],
    listButton: '',
    sections: [],
    template: '',
    ...rest,
  } as unknown as app.FrameRow;
}

function template(id: string, name: string, rest: Partial<app.TemplateRow> = {}) {
  return {
    id,
    name,
    language: 'de',
    category: 'UTILITY',
    status: 'APPROVED',
    reason: '',
    quality: '',
    nextCategory: '',
    nextCategoryAtMs: 0,
    obstacle: '',
    frame: frame('', { template: name }),
    ...rest,
  } as unknown as app.TemplateRow;
}

const templates = (now: number): app.TemplateRow[] => [
  template('1', 'abholbereit', {
    frame: frame(
      'Guten Tag {{name}}, hier ist Blumen Wiesengrund. Ihre Bestellung {{nummer}} ist fertig und liegt für Sie bereit.',
      { footer: 'Blumen Wiesengrund', template: 'abholbereit' },
    ),
    quality: 'GREEN',
  }),
  template('2', 'termin_morgen', {
    status: 'PENDING',
    obstacle: 'status',
    frame: frame('Guten Tag {{name}}, wir erinnern an Ihren Termin am {{datum}} um {{uhrzeit}} Uhr.', {
      template: 'termin_morgen',
      buttons: [
        { kind: 'reply', title: 'Ich komme', detail: '' },
        { kind: 'reply', title: 'Bitte verschieben', detail: '' },
      ],
    }),
  }),
  template('3', 'fruehlingsgruss', {
    category: 'MARKETING',
    quality: 'YELLOW',
    frame: frame('Die ersten Tulpen sind da. Diese Woche 10 Stück für 6 Euro.', {
      template: 'fruehlingsgruss',
      headerKind: 'image',
      buttons: [{ kind: 'url', title: 'Angebot ansehen', detail: 'https://wiesengrund.example/tulpen' }],
    }),
  }),
  template('4', 'rechnung', {
    status: 'REJECTED',
    reason: 'INVALID_FORMAT',
    obstacle: 'status',
    nextCategory: 'MARKETING',
    nextCategoryAtMs: now + day,
    frame: frame('Ihre Rechnung {{1}} liegt bei.', { template: 'rechnung', headerKind: 'document' }),
  }),
];

/** Templates with something above the text, for those who want them. */
export const headedTemplates: app.TemplateRow[] = [
  template('5', 'strauss', {
    frame: frame('Guten Tag {{name}}, so sieht Ihr Strauß aus.', {
      template: 'strauss',
      headerKind: 'image',
    }),
  }),
  template('6', 'weg', {
    frame: frame('Guten Tag {{name}}, so finden Sie uns.', { template: 'weg', headerKind: 'location' }),
  }),
  template('7', 'kostenvoranschlag', {
    frame: frame('Guten Tag {{name}}, hier ist Ihr Kostenvoranschlag.', {
      template: 'kostenvoranschlag',
      headerKind: 'document',
    }),
  }),
];

const starter: app.TemplateForm[] = [
  {
    name: 'frage_zur_bestellung',
    language: 'de',
    category: 'UTILITY',
    headerKind: '',
    header: '',
    headerExample: '',
    headerHandle: '',
    body: 'Guten Tag {{name}}, hier ist Blumen Wiesengrund. Zu Ihrer Bestellung {{nummer}} haben wir noch eine Frage. Bitte antworten Sie auf diese Nachricht.',
    footer: 'Blumen Wiesengrund',
    examples: { name: 'Frau Beispiel', nummer: '4711' },
    buttons: [],
  } as unknown as app.TemplateForm,
];

function fillText(text: string, values: Record<string, string>) {
  const missing: string[] = [];
  const filled = text.replace(/\{[\p{L} ]+\}/gu, (found) => {
    const value = values[found];
    if (!value && !missing.includes(found)) missing.push(found);
    return value || found;
  });
  return { filled, missing };
}

export function textsFake(data: () => FakeData, add: (row: app.MessageRow) => void, emit: () => void) {
  const now = Date.now();
  const state = {
    snippets: list(),
    templates: templates(now),
    starter: [...starter],
    fetchedAtMs: now - 3_600_000,
    refusal: '',
    place: { latitude: 52.51, longitude: 13.41, name: 'Blumen Wiesengrund', address: 'Musterweg 7' },
    sample: { handle: '4::sample', name: 'Strauß.jpg', problem: '' } as app.TemplateSample,
    created: [] as app.TemplateForm[],
    uses: [] as app.TemplateUse[],
    problems: [] as app.TemplateProblem[],
    costs: {
      months: [
        {
          month: '2026-11',
          rows: [
            { category: 'service', kind: 'regular', messages: 812, cost: '37.0272', free: false },
            { category: 'utility', kind: 'regular', messages: 46, cost: '2.0976', free: false },
            { category: 'referral_conversion', kind: 'free_entry_point', messages: 9, cost: '', free: true },
          ],
          total: '39.1248',
        },
        {
          month: '2026-10',
          rows: [{ category: 'service', kind: 'regular', messages: 940, cost: '42.864', free: false }],
          total: '42.864',
        },
      ],
      prices: {
        currency: 'EUR',
        service: '0.0456',
        utility: '0.0456',
        marketing: '',
        authentication: '',
        allowance: 1000,
      },
      serviceUsed: 812,
      silent: 0,
      payment: false,
      crowdedCustomers: 0,
      notices: [],
    } as unknown as app.CostDesk,
    limits: [] as app.CostLimit[],
  };
  let nextId = 800_000;
  const filled = (form: app.SnippetForm, name: string): app.SnippetFilled => {
    const values = Object.fromEntries(variables.map((variable) => [variable.word, variable.value]));
    const { filled: text, missing } = fillText(form.text, { ...values, '{Name}': name });
    const shown = form.kind
      ? frame(text, {
          headerKind: form.header ? 'text' : '',
          header: form.header,
          footer: form.footer,
          listButton: form.kind === 'list' ? form.listButton : '',
          sections: form.kind === 'list' ? form.sections : [],
          buttons: (form.kind === 'button'
            ? form.buttons.map((title) => ({ kind: 'reply', title, detail: '' }))
            : form.kind === 'cta_url'
              ? [{ kind: 'url', title: form.linkTitle, detail: form.linkUrl }]
              : []) as app.FrameButton[],
        })
      : undefined;
    return {
      text,
      missing,
      fileName: form.fileName,
      ...(shown ? { frame: shown } : {}),
    } as app.SnippetFilled;
  };
  const snippetOf = (id: number) => {
    const found = state.snippets.find((candidate) => candidate.id === id);
    if (!found) throw new Error(JSON.stringify({ code: 'not_found' }));
    return found;
  };
  const templateOf = (id: string) => {
    const found = state.templates.find((candidate) => candidate.id === id);
    if (!found) throw new Error(JSON.stringify({ code: 'not_found' }));
    return found;
  };
  const shopName = (conversationId: number) => {
    const head = data().conversations.find((row) => row.id === conversationId);
    return head?.nameSource === 'shop' ? head.name : '';
  };
  const queue = (conversationId: number, kind: string, shown: app.FrameRow) => {
    const row = message({
      id: String(nextId++),
      conversationId,
      direction: 'out',
      kind,
      text: shown.body,
      sentAtMs: Date.now(),
      status: 'queued',
      content: {
        cards: [],
        unsupportedType: '',
        unsupportedNumber: 0,
        product: '',
        forwardedOften: false,
        frame: shown,
      } as unknown as app.ContentRow,
    });
    add(row);
    return row;
  };
  const show = (shown: app.FrameRow, values: Record<string, string>) => ({
    ...shown,
    body: shown.body.replace(/\{\{(\w+)\}\}/g, (found, key: string) => values[`body.${key}`] || found),
  });
  const templateDesk = () => ({
    templates: state.templates,
    limits: { name: 512, header: 60, body: 1024, footer: 60, button: 25, buttons: 10, code: 15 },
    fetchedAtMs: state.fetchedAtMs,
  });
  return {
    state,
    snippets: {
      GetDesk: (): app.SnippetDesk =>
        ({ snippets: state.snippets, variables, limits }) as unknown as app.SnippetDesk,
      Find: (query: string) =>
        state.snippets
          .filter((row) =>
            `${row.name} ${row.folder} ${row.text}`.toLowerCase().includes(query.toLowerCase()),
          )
          .sort((a, b) => Number(b.name.startsWith(query)) - Number(a.name.startsWith(query))),
      Save: (form: app.SnippetForm) => {
        if (!form.name) throw new Error(JSON.stringify({ code: 'invalid', field: 'name' }));
        const saved = { ...form, id: form.id || nextId++ };
        state.snippets = [...state.snippets.filter((row) => row.id !== saved.id), saved as app.SnippetForm];
        emit();
        return saved;
      },
      Delete: (id: number) => {
        state.snippets = state.snippets.filter((row) => row.id !== id);
        emit();
      },
      AddStarter: () => {
        state.snippets = list();
        emit();
      },
      AttachFile: (id: number) =>
        Object.assign(snippetOf(id), { fileName: 'Anfahrt.pdf', fileBytes: 48_000 }),
      RemoveFile: (id: number) => Object.assign(snippetOf(id), { fileName: '', fileBytes: 0 }),
      Preview: (form: app.SnippetForm) => filled(form, ''),
      Fill: (use: app.SnippetUse) => filled(snippetOf(use.snippetId), shopName(use.conversationId)),
      Send: (use: app.SnippetUse) => {
        const shown = filled(snippetOf(use.snippetId), shopName(use.conversationId)).frame;
        if (!shown) throw new Error(JSON.stringify({ code: 'invalid', field: 'snippetId' }));
        return queue(use.conversationId, 'interactive', shown);
      },
    },
    templates: {
      GetDesk: templateDesk,
      Refresh: () => {
        state.fetchedAtMs = Date.now();
        return templateDesk();
      },
      Check: (form: app.TemplateForm) => ({
        problems: state.problems,
        frame: frame(form.body, {
          template: form.name,
          footer: form.footer,
          headerKind: form.headerKind,
          header: form.header,
          buttons: form.buttons.map(({ kind, title, detail }) => ({ kind, title, detail })),
        }),
      }),
      Create: (form: app.TemplateForm) => {
        state.created.push(form);
        const row = template(String(nextId++), form.name, {
          language: form.language,
          category: form.category,
          status: 'PENDING',
          obstacle: 'status',
          frame: frame(form.body, { template: form.name, footer: form.footer }),
        });
        state.templates = [...state.templates, row];
        state.starter = state.starter.filter((candidate) => candidate.name !== form.name);
        emit();
        return row;
      },
      PickSample: () => state.sample,
      Delete: (id: string) => {
        state.templates = state.templates.filter((row) => row.id !== id);
        emit();
      },
      ListStarter: () => state.starter,
      Prepare: (use: app.TemplateUse) => {
        const row = templateOf(use.templateId);
        const names = [...row.frame.body.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '');
        const values: Record<string, string> = { 'body.name': shopName(use.conversationId) };
        return {
          template: row,
          fields: names.map((variable) => ({
            key: `body.${variable}`,
            part: 'body',
            button: '',
            variable,
            example: { name: 'Frau Beispiel', nummer: '4711' }[variable] ?? '',
            value: values[`body.${variable}`] ?? '',
            limit: 1024,
          })),
          frame: show(row.frame, values),
          fileTypes:
            {
              image: ['image/jpeg', 'image/png'],
              video: ['video/mp4', 'video/3gpp'],
              document: ['application/pdf'],
            }[row.frame.headerKind] ?? [],
          ...(row.frame.headerKind === 'location' ? { place: state.place } : {}),
          refusal: row.category === 'MARKETING' ? state.refusal || 'no_consent' : state.refusal,
        };
      },
      Preview: (use: app.TemplateUse) => show(templateOf(use.templateId).frame, use.values),
      Send: (use: app.TemplateUse) => {
        state.uses.push(use);
        return queue(
          use.conversationId,
          'template',
          show(templateOf(use.templateId).frame, use.values) as app.FrameRow,
        );
      },
    },
    costs: {
      GetDesk: () => state.costs,
      AskLimits: () => state.limits,
      SavePrices: (prices: app.CostPrices) => {
        state.costs.prices = prices;
      },
    },
  };
}
