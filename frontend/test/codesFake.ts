import type { app } from '../src/wailsjs/go/models';
import type { FakeData } from './fakeBackend';

const day = 86_400_000;
const svg = btoa('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h7v7h-7z"/></svg>');

function entry(id: number, part: Partial<app.RegisterRow>, now: number): app.RegisterRow {
  return {
    id: String(id),
    places: [],
    kind: 'poster',
    paper: 'A4',
    url: 'https://wa.me/4930901820?text=Guten%20Tag',
    text: 'Guten Tag',
    linkCode: '',
    placedAtMs: now - id * 9 * day,
    retiredAtMs: 0,
    printedAtMs: now - id * day,
    testedAtMs: 0,
    prints: 1,
    conversations: 0,
    messages: 0,
    ...part,
  };
}

/** A register with one of everything. */
function registered(now: number): app.RegisterRow[] {
  const tables = Array.from({ length: 40 }, (_, index) => `Tisch ${String(index + 1)}`);
  return [
    entry(
      1,
      { places: ['Schaufenster'], conversations: 12, messages: 31, testedAtMs: now - day, prints: 3 },
      now,
    ),
    entry(2, { places: tables, kind: 'counter-card', paper: 'A6', conversations: 148, messages: 1306 }, now),
    entry(3, { places: ['Theke'], kind: 'tent', paper: 'A5', linkCode: 'ABCDEFGHIJ1234', messages: 4 }, now),
    entry(4, { kind: 'code', paper: '' }, now),
    entry(
      5,
      { places: ['Tür'], kind: 'stickers', paper: 'L7160', retiredAtMs: now - 2 * day, messages: 7 },
      now,
    ),
  ];
}

/** The register, editable links and tests of codes, in memory. */
export function codesFake(data: () => FakeData, emit: (name: string) => void) {
  const state = { register: [] as app.RegisterRow[], links: [] as app.ShortLinkRow[], passedAtMs: 0 };
  const find = (id: string) => {
    const row = state.register.find((candidate) => candidate.id === id);
    if (!row) throw new Error('no such entry');
    return row;
  };
  const test = (link: string, text: string) => {
    state.passedAtMs = 0;
    return { picture: svg, link, text, untilMs: Date.now() + 600_000, passedAtMs: 0 };
  };
  return {
    state,
    /** Hangs one of everything. */
    hang: () => {
      state.register = registered(Date.now());
    },
    /** The message a test waits for arrives. */
    pass: () => {
      state.passedAtMs = Date.now();
      emit('codes:changed');
    },
    codes: {
      ListRegister: () => state.register,
      Record: (form: app.PrintForm) => {
        const places = form.place ? [form.place] : [];
        state.register.unshift(entry(90 + state.register.length, { places, text: form.text }, Date.now()));
      },
      Retire: (id: string) => {
        find(id).retiredAtMs = Date.now();
      },
      HangAgain: (id: string) => {
        find(id).retiredAtMs = 0;
      },
      Remove: (id: string) => {
        state.register.splice(state.register.indexOf(find(id)), 1);
      },
      Reprint: (id: string): app.PrintForm => ({
        ...data().print.desk.form,
        place: find(id).places[0] ?? '',
      }),
      BeginTest: (form: app.PrintForm) => test('https://wa.me/4930901820', form.text),
      TestRegistered: (id: string) => test(find(id).url, find(id).text),
      GetTest: () => ({ picture: '', link: '', text: '', untilMs: 0, passedAtMs: state.passedAtMs }),
      EndTest: () => undefined,
    },
    links: {
      ListShort: () => state.links,
      SaveShort: (request: app.ShortLinkRequest): app.ShortLinkRow => {
        const text = request.place ? `${request.text} (${request.place})` : request.text;
        const known = state.links.find((link) => link.code === request.code);
        if (known) {
          known.text = text;
          return known;
        }
        const code = `NEWLINK${String(1000 + state.links.length)}`;
        const link = {
          code,
          url: `https://wa.me/message/${code}`,
          text,
          hanging: [],
        } as unknown as app.ShortLinkRow;
        state.links.push(link);
        return link;
      },
      DeleteShort: (request: app.ShortLinkDeletion) => {
        state.links = state.links.filter((link) => link.code !== request.code);
      },
      SaveLanding: (): app.PrintSaved => ({ saved: true }),
    },
  };
}
