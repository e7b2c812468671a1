import type { app } from '../src/wailsjs/go/models';

/** The Go side of deciding about an erasure, the log, its self-test and the wipe. */
export function logFake(
  report: () => app.ErasureReport,
  wiped: () => void,
  refuse: (number: string) => void,
) {
  const now = Date.now();
  const state = {
    choices: [] as app.ErasureChoice[],
    openOrder: false,
    nothingStays: false,
    certificates: true,
    confirmed: false,
    dropped: [] as number[],
    refused: [] as app.ErasureRefusalRequest[],
    running: [] as app.ErasureRow[],
    entries: 3,
    brokenAt: 0,
    retried: 0,
    word: 'Blumen Wiesengrund',
  };
  const element = (row: Partial<app.ErasureElement> & { key: string; kind: string }) =>
    ({
      class: '',
      decision: 'erase',
      choices: ['erase'],
      count: 1,
      media: 0,
      untilMs: 0,
      hold: false,
      norm: 'Art. 17(1)(a) GDPR',
      reason: 'over',
      ...row,
    }) as app.ErasureElement;
  const plan = (request: app.ErasurePlanRequest): app.ErasurePlan => {
    state.choices = request.choices;
    const decision =
      request.choices.find((choice) => choice.key === 'conversation:7')?.decision ??
      (state.openOrder ? 'refuse' : 'erase');
    if (state.nothingStays)
      return { elements: [element({ key: 'details', kind: 'details' })], refused: false } as app.ErasurePlan;
    const elements = [
      element({
        key: 'conversation:7',
        kind: 'conversation',
        count: 214,
        media: 31,
        decision,
        choices: state.openOrder ? ['refuse', 'restrict', 'erase'] : ['erase', 'restrict'],
        ...(decision === 'restrict'
          ? {
              class: 'claims',
              untilMs: Date.UTC(2029, 11, 31, 12),
              norm: 'Art. 17(3)(e) GDPR, §§ 195, 199 BGB',
              reason: 'claims',
            }
          : {
              norm: state.openOrder ? 'Art. 17(1)(a), 6(1)(b) GDPR' : 'Art. 17(1)(a) GDPR',
              reason: state.openOrder ? 'open' : 'over',
            }),
      }),
      element({ key: 'details', kind: 'details', count: 2 }),
      element({
        key: 'consents',
        kind: 'consents',
        class: 'proof',
        decision: 'restrict',
        choices: ['restrict'],
        count: 2,
        untilMs: Date.UTC(2029, 11, 31, 12),
        norm: 'Art. 17(3)(e), 7(1) GDPR',
        reason: 'proof',
      }),
      element({
        key: 'archive:voucher:2035',
        kind: 'archive',
        class: 'voucher',
        decision: 'restrict',
        choices: ['restrict'],
        count: 2,
        untilMs: Date.UTC(2034, 11, 31, 12),
        norm: '§ 147 AO, § 14b UStG',
        reason: 'law',
      }),
    ];
    return { elements, refused: decision === 'refuse' } as app.ErasurePlan;
  };
  const rows = (): app.LogRow[] => [
    {
      id: 3,
      atMs: now - 60_000,
      kind: 'erasure',
      title: 'Person gelöscht',
      lines: [
        'Nummer LV-2026-0412 · auf Verlangen der Person · Art. 17 Abs. 1 DSGVO',
        'Gelöscht: Bilder und Dateien 11-100, Nachrichten 101-1000',
        'Bleibt: Beleg (1-10), § 147 AO, § 14b UStG, bis 2034-12-31',
        'Nachprüfung: 14 Dateien durchsucht, 0 Fundstellen.',
      ],
    },
    {
      id: 2,
      atMs: now - 90_000_000,
      kind: 'retention',
      title: 'Fristenlauf',
      lines: ['Dateien: 4 · Nachrichten: 31 · Personen: 2'],
    },
    {
      id: 1,
      atMs: now - 200_000_000,
      kind: 'backup',
      title: 'Sicherung angelegt',
      lines: ['Bytes: 48300000'],
    },
  ];
  return {
    state,
    Erasing: {
      Plan: plan,
      Start: (request: app.ErasurePlanRequest) => {
        if (plan(request).refused) throw new Error('{"code":"conflict","field":"decision"}');
        return report();
      },
      Refuse: (request: app.ErasureRefusalRequest) => {
        state.refused.push(request);
        refuse(request.plan.case);
      },
      GetCertificate: () => ({ available: state.certificates, confirmed: state.confirmed }),
      ConfirmCertificate: (confirmed: boolean) => {
        state.confirmed = confirmed;
      },
      SaveCertificate: () => ({ saved: true }),
      PrintCertificate: () => undefined,
      DropCertificate: (jobId: number) => {
        state.dropped.push(jobId);
      },
      CheckCertificate: (request: app.CertificateCheck) => ({
        found: request.case === 'LV-2026-0412',
        entry: 3,
        atMs: now - 60_000,
      }),
    },
    Log: {
      List: (request: app.LogRequest): app.LogSheet =>
        ({
          rows: rows().filter((row) => request.before === 0 || row.id < request.before),
          more: false,
          entries: state.entries,
          brokenAt: state.brokenAt,
        }) as app.LogSheet,
      Export: () => ({ saved: true }),
      ListErasures: () => state.running,
      Retry: () => {
        state.retried++;
      },
      SelfTest: (): app.SelfTestResult => ({
        passed: true,
        sealed: 19,
        clear: 0,
        left: 0,
        messages: 5,
        media: 1,
        files: 14,
        skipped: 0,
        bytes: 48_300_000,
        tookMs: 412,
      }),
    },
    Wiping: {
      Preview: (): app.WipePreview =>
        ({
          word: state.word,
          customers: 24,
          messages: 812,
          files: 97,
          archived: 12,
          folder: '/home/rosa/.local/share/Tresen',
          bytes: 48_300_000,
          webviewFolders: ['/home/rosa/.cache/tresen'],
          backupFolder: '/media/stick',
          relay: true,
          keychain: true,
          demo: false,
        }) as app.WipePreview,
      Run: (word: string): app.WipeState => {
        if (word.trim().toLowerCase() !== state.word.toLowerCase()) {
          throw new Error('{"code":"invalid","field":"word"}');
        }
        wiped();
        return { foreign: 1, busy: 0 };
      },
      Result: (): app.WipeState => ({ foreign: 1, busy: 0 }),
      Quit: () => undefined,
    },
  };
}
