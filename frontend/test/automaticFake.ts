import type { app } from '../src/wailsjs/go/models';

type Plain<T> = Omit<T, 'convertValues'>;

const lead =
  'Guten Tag, hier ist Blumen Wiesengrund. Danke für Ihre Nachricht – wir antworten Mo–Fr 9–18 Uhr.';
const body = `Kurz zum Datenschutz: Verantwortlich ist Rosa Wiesengrund, Berlin. Wir nutzen Ihre Angaben nur, um Ihre Anfrage zu bearbeiten (Art. 6 Abs. 1 lit. b und f DSGVO). Der Chat läuft über WhatsApp/Meta (Irland, auch USA) und wird bei uns auf einem eigenen Rechner gespeichert; ohne Auftrag löschen wir ihn 6 Monate nach der letzten Nachricht.
Bitte schicken Sie hier keine Gesundheitsdaten, Ausweise oder Bankdaten. Andere Wege: +49 30 23125111, laden@wiesengrund.example.
Ihr Widerspruchsrecht: Sie können der Verarbeitung jederzeit widersprechen – schreiben Sie WIDERSPRUCH.
Für Ihre anderen Rechte genügt AUSKUNFT oder LÖSCHEN.
Alles Weitere: https://wiesengrund.example/datenschutz · Impressum: https://wiesengrund.example/impressum`;

function first(): app.AutomaticDesk {
  const desk: Plain<app.AutomaticDesk> = {
    form: {
      noticeOn: false,
      noticeLanguages: 'de',
      pauseDays: 14,
      greeting: { on: false, text: 'Guten Tag, hier ist {Laden}. Danke für Ihre Nachricht.' },
      absence: { on: false, text: 'Wir haben gerade geschlossen und sind {Nächste Öffnung} wieder da.' },
      receipt: { on: false, text: 'Ihr Anliegen ist bei uns angekommen.' },
      intake: {
        on: false,
        ask: 'Dürfen wir Ihnen vorab zwei kurze Fragen stellen?',
        yes: 'Ja',
        no: 'Nein',
        questions: [
          { text: 'Worum geht es?', choices: ['Termin', 'Bestellung'] },
          { text: 'Wann passt es Ihnen?', choices: [] },
        ],
        closing: 'Danke. Ab hier kümmert sich ein Mensch.',
        advertise: false,
        topics: '',
        frequency: '',
      },
    } as unknown as app.AutomaticForm,
    notice: {
      drafts: [
        {
          language: 'de',
          lead,
          body,
          edited: false,
          length: 812,
          problems: [{ code: 'hours', serious: false }],
        },
      ],
      fingerprint: 'f1',
      confirmedAtMs: 0,
      changed: false,
      sent: '',
      version: 'notice-DE-2026-11',
      asAt: '2026-08-05',
      country: 'DE',
    } as unknown as app.NoticeState,
    hasHours: true,
    variables: [
      { key: 'shop', word: '{Laden}', value: 'Blumen Wiesengrund' },
      { key: 'opening', word: '{Nächste Öffnung}', value: '' },
    ],
    limits: {
      notice: 900,
      answer: 700,
      question: 300,
      questions: 3,
      choices: 3,
      button: 20,
      minPause: 1,
      maxPause: 90,
    },
    arrived: 41,
    underWay: 2,
    failed: 1,
    intakes: 0,
    months: [{ month: '2026-11', messages: 57, cost: '2.85', currency: 'EUR' }],
  };
  return desk as app.AutomaticDesk;
}

/** The Go side of messages the shop sends by itself. */
export function automaticFake() {
  const state = {
    desk: first(),
    confirmed: [] as app.NoticeConfirm[],
    previews: [] as app.AutomaticPreviewRequest[],
    notices: [] as app.SentNoticeRow[],
  };
  const copy = () => structuredClone(state.desk);
  return {
    state,
    methods: {
      GetDesk: copy,
      Save: (form: app.AutomaticForm) => {
        if (form.greeting.on && !form.greeting.text) throw new Error('{"code":"invalid","field":"greeting"}');
        state.desk.form = structuredClone(form);
        return copy();
      },
      CheckNotice: (text: app.NoticeText): Plain<app.NoticeDraft> => ({
        ...text,
        edited: true,
        length: text.lead.length + 1 + text.body.length,
        problems: text.body.includes('WIDERSPRUCH') ? [] : [{ code: 'objection', serious: true }],
      }),
      EditNotice: (text: app.NoticeText) => {
        const problems = text.body.includes('WIDERSPRUCH') ? [] : [{ code: 'objection', serious: true }];
        const own = { ...text, edited: true, length: text.body.length, problems };
        state.desk.notice.drafts = [(text.body ? own : first().notice.drafts[0]) as app.NoticeDraft];
        state.desk.notice.fingerprint = text.body ? 'f2' : 'f1';
        state.desk.notice.changed = state.desk.notice.confirmedAtMs > 0 && text.body !== '';
        return copy();
      },
      ConfirmNotice: (request: app.NoticeConfirm) => {
        state.confirmed.push(request);
        state.desk.notice.confirmedAtMs = Date.now();
        state.desk.notice.changed = false;
        state.desk.form.noticeOn = true;
        return copy();
      },
      Preview: (request: app.AutomaticPreviewRequest): Plain<app.AutomaticPreview> => {
        state.previews.push(request);
        const open = new Date(request.atMs).getDay() !== 0;
        const answer = open ? request.form.greeting : request.form.absence;
        const messages = answer.on
          ? [{ kinds: [open ? 'greeting' : 'absence'], text: answer.text, buttons: [] }]
          : [];
        return {
          open,
          opening: open ? '' : 'morgen um 9 Uhr',
          messages,
          because: messages.length ? '' : 'off',
        };
      },
      ListNotices: () => state.notices,
      ListGenerated: (): app.GeneratedRow[] => [
        {
          kind: 'notice',
          language: 'de',
          version: 'notice-DE-2026-11',
          asAt: '2026-08-05',
          confirmedAtMs: state.desk.notice.confirmedAtMs,
          state: state.desk.notice.confirmedAtMs ? 'confirmed' : 'draft',
          text: `${lead}\n${body}`,
        },
        {
          kind: 'privacy',
          language: 'de',
          version: '',
          asAt: '',
          confirmedAtMs: 0,
          state: 'incomplete',
          text: '',
        },
        {
          kind: 'stop',
          language: 'de',
          version: '',
          asAt: '',
          confirmedAtMs: 0,
          state: 'fixed',
          text: 'Sie erhalten keine Werbung mehr von uns. Ihre Anfragen beantworten wir weiter.',
        },
      ],
    },
  };
}
