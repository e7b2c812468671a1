import type { app } from '../src/wailsjs/go/models';
import { message, type FakeData } from './fakeBackend';

const minute = 60_000;
const day = 24 * 60 * minute;

/** A file that is here, with everything that is usual left out. */
export function file(part: Partial<app.FileRow> = {}): app.FileRow {
  return {
    state: 'stored',
    arriving: false,
    done: 0,
    bytes: 184_320,
    expiresAtMs: 0,
    thumb: false,
    type: 'image/jpeg',
    inline: true,
    width: 0,
    height: 0,
    animated: false,
    voice: false,
    risk: '',
    failureCode: '',
    ...part,
  };
}

const photo = (width: number, height: number) => file({ thumb: true, width, height });
const paper = (part: Partial<app.FileRow> = {}) =>
  file({ type: 'application/pdf', inline: false, bytes: 1_240_000, ...part });

/** Every kind of file in every state, oldest first. Ids ending in 3 are sound for the sample server. */
export function everyFile(conversationId: number, now: number): app.MessageRow[] {
  let at = now - 2 * day;
  let next = 400_000;
  const rows: app.MessageRow[] = [];
  const add = (part: Partial<app.MessageRow>) => {
    at += 9 * minute;
    next += 10;
    rows.push(
      message({ id: String(next + (part.kind === 'audio' ? 3 : 0)), conversationId, sentAtMs: at, ...part }),
    );
  };
  const later = now + 5 * day;
  add({ kind: 'image', file: photo(1600, 1200), text: 'So ungefähr stellen wir uns das vor' });
  add({ kind: 'image', file: photo(900, 1600) });
  add({ kind: 'image', direction: 'out', file: photo(1600, 700), text: 'Das hätten wir gerade da.' });
  add({ kind: 'sticker', file: file({ type: 'image/webp', width: 512, height: 512 }) });
  add({ kind: 'audio', file: file({ type: 'audio/ogg', voice: true, bytes: 19_000 }) });
  add({ kind: 'audio', direction: 'out', file: file({ type: 'audio/ogg', voice: true, bytes: 19_000 }) });
  add({
    kind: 'video',
    file: file({ type: 'video/mp4', thumb: true, width: 640, height: 360, bytes: 3_400_000 }),
    text: 'und das ist der Raum',
  });
  add({ kind: 'document', fileName: 'Angebot 2026-11 Hochzeit Sommerfeld.pdf', file: paper() });
  add({
    kind: 'document',
    fileName: 'Preise.xlsm',
    file: paper({ risk: 'macro', type: 'application/vnd.ms-office.macro' }),
  });
  add({
    kind: 'document',
    fileName: 'Rechnung 2026-11 ‮fdp.exe',
    file: paper({ risk: 'program' }),
    text: 'Hier die Rechnung zur Bestellung.',
  });
  add({ kind: 'image', file: file({ state: 'open', arriving: true, done: 1_200_000, bytes: 3_400_000 }) });
  add({ kind: 'image', file: file({ state: 'open', bytes: 0 }) });
  add({
    kind: 'document',
    fileName: 'Katalog Frühjahr.pdf',
    file: paper({ state: 'held', bytes: 48_000_000, expiresAtMs: later }),
  });
  add({ kind: 'video', file: file({ state: 'expired', type: 'video/mp4' }) });
  add({ kind: 'image', file: file({ state: 'removed', bytes: 0 }) });
  add({ kind: 'audio', file: file({ state: 'failed', failureCode: 'offline', voice: true }) });
  add({ kind: 'image', file: file({ state: 'failed', failureCode: 'invalid' }) });
  add({ kind: 'document', fileName: 'Filmaufnahme.mov', file: paper({ state: 'lost', bytes: 0 }) });
  return rows;
}

/** The files of the fake Go side: it fetches at once what is asked for. */
export function mediaFake(data: () => FakeData, emit: (name: string, payload: unknown) => void) {
  const state = {
    keeping: { days: -1, files: 31, bytes: 48_300_000 },
    saved: [] as string[],
    opened: [] as string[],
  };
  const find = (id: string) => {
    const row = Object.values(data().messages)
      .flat()
      .find((candidate) => candidate.id === id);
    if (!row?.file) throw new Error('{"code":"not_found"}');
    return { row, file: row.file };
  };
  const change = (id: string, part: Partial<app.FileRow>) => {
    const { row, file } = find(id);
    Object.assign(file, part);
    emit('conversation:changed', { conversationId: row.conversationId, new: false });
  };
  return {
    state,
    change,
    methods: {
      Fetch: (id: string) => change(id, { state: 'open', arriving: true }),
      Stop: (id: string) => change(id, { state: 'held', arriving: false }),
      SaveAs: (request: app.FileRequest): app.FileSaved => {
        find(request.messageId);
        state.saved.push(request.fileName);
        return { saved: true };
      },
      Open: (request: app.FileRequest) => {
        if (find(request.messageId).file.risk && !request.warned)
          throw new Error('{"code":"conflict","field":"risk"}');
        state.opened.push(request.messageId);
      },
      SetPoster: (request: app.PosterRequest) => change(request.messageId, { thumb: true }),
      GetKeeping: (): app.Keeping => state.keeping,
      SetKeeping: (days: number): app.Keeping => Object.assign(state.keeping, { days }),
    },
  };
}
