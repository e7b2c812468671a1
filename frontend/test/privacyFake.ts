import type { app } from '../src/wailsjs/go/models';

const day = 86_400_000;

function rule(row: Partial<app.RetentionRule> & { class: string; start: string }): app.RetentionRule {
  const none = { years: 0, months: 0, days: 0, min: 0, max: 0, fixed: false, basis: '', off: false };
  return { ...none, oldestMs: 0, due: 0, dueMessages: 0, ...row };
}

/** The Go side of retention, archive, backups and consents. */
export function privacyFake(remove: (messageId: string) => void) {
  const now = Date.now();
  const state = {
    sheet: {
      country: 'DE',
      off: false,
      customers: 1,
      held: 1,
      rules: [
        rule({
          class: 'unanswered',
          start: 'lastMessage',
          days: 30,
          min: 7,
          max: 90,
          basis: 'Art. 6(1)(f) GDPR',
        }),
        rule({
          class: 'enquiry',
          start: 'lastMessage',
          months: 6,
          min: 1,
          max: 12,
          basis: 'Art. 6(1)(b), (f) GDPR',
          oldestMs: now - 90 * day,
          due: 2,
          dueMessages: 14,
        }),
        rule({ class: 'order', start: 'closing', months: 12, min: 6, max: 36, basis: 'Art. 6(1)(b) GDPR' }),
        rule({
          class: 'voucher',
          start: 'endOfYear',
          years: 8,
          min: 8,
          max: 8,
          fixed: true,
          basis: '§ 147 AO, § 14b UStG',
        }),
      ],
    } as app.RetentionSheet,
    requests: [] as app.RetentionRequest[],
    matters: {} as Record<number, app.MatterRow>,
    marks: {} as Record<string, app.MessageMarks>,
    archive: [
      {
        id: 1,
        class: 'letter',
        startsAtMs: now - 200 * day,
        endsAtMs: now + 2200 * day,
        hold: false,
        messages: 1,
      },
    ] as app.ArchiveRow[],
    backups: {
      folder: '/media/stick/Sicherung',
      rows: [{ name: 'a', atMs: now - day, bytes: 4_200_000 }],
      reachable: true,
      testedAtMs: 0,
      generations: 3,
      maxAgeDays: 30,
    } as app.BackupSheet,
    consent: { states: [], history: [], objected: false } as app.ConsentSheet,
    packed: [] as app.AccessRequest[],
    asked: [] as app.AskConsentRequest[],
    recorded: [] as app.RecordConsentRequest[],
  };
  return {
    state,
    retention: {
      Get: () => state.sheet,
      Set: (request: app.RetentionRequest) => {
        state.requests.push(request);
        const rules = state.sheet.rules.map((row) => {
          const chosen = request.rules.find((one) => one.class === row.class);
          return chosen ? { ...row, ...chosen } : row;
        });
        state.sheet = { ...state.sheet, country: request.country, off: request.off, rules };
        return state.sheet;
      },
      Run: (): app.RetentionResult => {
        state.sheet = {
          ...state.sheet,
          customers: 0,
          rules: state.sheet.rules.map((row) => ({ ...row, due: 0, dueMessages: 0 })),
        };
        return { messages: 14, media: 2, customers: 1, archived: 0, left: 0 };
      },
      GetMatter: (conversationId: number): app.MatterRow =>
        state.matters[conversationId] ?? {
          conversationId,
          kind: 'enquiry',
          closedAtMs: 0,
          claims: false,
          hold: false,
        },
      SetMatter: (row: app.MatterRow) => {
        state.matters[row.conversationId] = row;
      },
      GetMarks: (messageId: string): app.MessageMarks =>
        state.marks[messageId] ?? { sensitive: false, archived: [] },
      MarkSensitive: ({ messageId, sensitive }: app.SensitiveRequest) => {
        const before = state.marks[messageId] ?? { sensitive: false, archived: [] };
        state.marks[messageId] = { ...before, sensitive };
      },
      DeleteMessage: remove,
      Archive: (request: app.ArchiveRequest) => {
        const before = state.marks[request.messageId] ?? { sensitive: false, archived: [] };
        if (before.archived.includes(request.class)) throw new Error('{"code":"conflict"}');
        state.marks[request.messageId] = { ...before, archived: [...before.archived, request.class] };
      },
      ListArchive: () => state.archive,
      HoldArchive: ({ id, hold }: app.HoldRequest) => {
        state.archive = state.archive.map((row) => (row.id === id ? { ...row, hold } : row));
      },
    },
    backups: {
      Get: () => state.backups,
      Choose: () => state.backups,
      Create: () => state.backups,
      Restore: ({ passphrase }: app.RestoreRequest): app.RestoreResult => {
        if (passphrase !== 'vier Wörter am Telefon')
          throw new Error('{"code":"invalid","field":"passphrase"}');
        return { chosen: true, atMs: now - day, customers: 59, erased: 1 };
      },
      Stop: (): void => undefined,
      Test: (): app.BackupTest => ({ atMs: now, customers: 60, files: 12, bytes: 4_200_000 }),
    },
    consents: {
      GetSheet: () => state.consent,
      Preview: (request: app.AskConsentRequest) =>
        `Möchten Sie künftig von Blumen Müller per WhatsApp Informationen und Angebote zu ${request.topics} erhalten?`,
      Ask: (request: app.AskConsentRequest) => {
        state.asked.push(request);
        state.consent = {
          ...state.consent,
          states: [{ purpose: request.purpose, act: 'requested', sinceMs: now, stale: false }],
        };
      },
      Record: (request: app.RecordConsentRequest) => {
        state.recorded.push(request);
      },
    },
    rights: {
      ProposeRedactions: (): app.RedactionRow[] => [
        {
          id: '11',
          atMs: now - 3 * day,
          fromHer: true,
          text: 'Meine Schwester Katharina von der Heydenreich',
          grounds: ['card'],
        },
        {
          id: '12',
          atMs: now - day,
          fromHer: true,
          text: 'Rufen Sie bitte meinen Bruder an: 0151 23456789 oder bruder@example.org',
          grounds: ['phone', 'mail'],
        },
      ],
      SaveAccess: (request: app.AccessRequest): app.AccessResult => {
        state.packed.push(request);
        if (request.case === '') throw new Error('{"code":"invalid","field":"case"}');
        return { saved: true, messages: 12, files: 13 };
      },
    },
  };
}
