import type { app } from '../src/wailsjs/go/models';

/** The Go side of importing a chat: one export with two senders. */
export function chatImportFake(emit: (name: string, payload?: unknown) => void) {
  const state = {
    file: {
      token: 'export',
      senders: [
        { name: 'Annegret Sommerfeld', messages: 210 },
        { name: 'Blumen Müller', messages: 198 },
      ],
      example: '',
      dayFirst: '',
      monthFirst: '',
    } as app.ChatFile,
    requests: [] as app.ChatImportRequest[],
    dropped: [] as string[],
    rows: [] as app.ChatImportRow[],
    cancelled: false,
  };
  const preview: app.ChatPreview = {
    messages: 402,
    known: 6,
    files: 31,
    missing: 1,
    omitted: 12,
    deleted: 2,
    notices: 3,
    shortened: 0,
    firstAtMs: Date.UTC(2024, 10, 3, 9),
    lastAtMs: Date.UTC(2025, 10, 20, 16),
    lines: [
      {
        fromShop: false,
        atMs: Date.UTC(2024, 10, 3, 9),
        text: 'Guten Tag, haben Sie Pfingstrosen?',
        file: false,
      },
      { fromShop: true, atMs: Date.UTC(2024, 10, 3, 10), text: 'Leider erst im Mai wieder.', file: false },
      { fromShop: false, atMs: Date.UTC(2025, 10, 20, 15), text: '', file: true },
      { fromShop: true, atMs: Date.UTC(2025, 10, 20, 16), text: 'Bis Samstag', file: false },
    ],
    sender: 'Annegret Sommerfeld',
    customer: 'Annegret Sommerfeld',
  } as app.ChatPreview;
  return {
    state,
    methods: {
      Choose: (): app.ChatFile => state.file,
      Preview: (request: app.ChatImportRequest): app.ChatPreview => {
        state.requests.push(request);
        return preview;
      },
      Run: (request: app.ChatImportRequest): app.ChatImported => {
        state.requests.push(request);
        emit('task:progress', { token: request.token, done: 200, total: 402 });
        if (state.cancelled) return { id: 0, messages: 0, files: 0, lost: 0, cancelled: true };
        state.rows = [{ id: 1, atMs: Date.UTC(2026, 10, 22), messages: 402 }];
        return { id: 1, messages: 402, files: 31, lost: 0, cancelled: false };
      },
      Drop: (token: string): void => void state.dropped.push(token),
      List: (): app.ChatImportRow[] => state.rows,
      Remove: (): void => void (state.rows = []),
    },
  };
}

/** The Go side of exporting everything. */
export function exportsFake(emit: (name: string, payload?: unknown) => void) {
  const state = { passphrases: [] as string[], stopped: 0, saved: true };
  return {
    state,
    methods: {
      Save: (passphrase: string): app.ExportResult => {
        state.passphrases.push(passphrase);
        emit('task:progress', { token: 'export', done: 12, total: 31 });
        return { saved: state.saved, customers: 60, messages: 4210, files: 31, bytes: 41_000_000 };
      },
      Stop: (): void => void state.stopped++,
      Read: (): app.RestoreResult => ({
        chosen: true,
        atMs: Date.UTC(2026, 10, 20),
        customers: 60,
        erased: 1,
      }),
    },
  };
}
