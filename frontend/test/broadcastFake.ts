import type { app } from '../src/wailsjs/go/models';

const minute = 60_000;
const day = 24 * 60 * minute;

function broadcastRow(part: Partial<app.BroadcastRow>): app.BroadcastRow {
  return {
    id: 1,
    state: 'done',
    reason: '',
    number: 0,
    purpose: 'news',
    template: 'fruehlingsgruss',
    category: 'MARKETING',
    text: 'Guten Tag {Name}, die ersten Tulpen sind da.',
    madeAtMs: Date.now() - 40 * day,
    nextAtMs: 0,
    endedAtMs: Date.now() - 40 * day + 3 * minute,
    people: 5,
    outcomes: [
      { outcome: 'read', people: 3 },
      { outcome: 'delivered', people: 1 },
      { outcome: 'withdrawn', people: 1 },
    ],
    ...part,
  } as app.BroadcastRow;
}

/** Broadcasts and counters of the play shop; whom a consent covers is decided in Go and only played here. */
export function broadcastFake(templates: () => app.TemplateRow[], emit: (name: string) => void) {
  const people = ['Anna Äpfel', 'Bäckerei Sonnenschein', 'Çağla Öztürk', 'عمر'];
  const state = {
    list: [broadcastRow({})],
    agreed: 4,
    betterAtMs: 0,
    numbers: false,
  };
  const find = (id: number) => state.list.find((row) => row.id === id);
  const change = (id: number, part: Partial<app.BroadcastRow>) => {
    state.list = state.list.map((row) => (row.id === id ? ({ ...row, ...part } as app.BroadcastRow) : row));
    emit('broadcasts:changed');
  };
  const usable = () =>
    templates().filter((row) => row.obstacle === '' && ['', 'text'].includes(row.frame.headerKind ?? ''));
  const frameOf = (use: app.BroadcastUse) => {
    const row = templates().find((one) => one.id === use.templateId);
    return row ? row.frame : ({ body: '' } as app.FrameRow);
  };
  return {
    state,
    broadcasts: {
      GetDesk: (): app.BroadcastDesk =>
        ({
          templates: usable(),
          list: state.list,
          agreed: [
            { purpose: 'news', people: state.agreed },
            { purpose: 'reminders', people: state.agreed > 0 ? 2 : 0 },
            { purpose: 'feedback', people: 0 },
          ],
        }) as unknown as app.BroadcastDesk,
      AskLimit: () => undefined,
      Plan: (use: app.BroadcastUse): app.BroadcastPlan =>
        ({
          fields: [
            {
              key: 'body.name',
              part: 'body',
              button: '',
              variable: 'name',
              example: 'Anna',
              value: '{Name}',
              limit: 60,
            },
          ],
          frame: frameOf(use),
          people: (use.purpose === 'feedback' ? [] : people.slice(0, state.agreed)).map((name, at) => ({
            customerId: String(at),
            name,
          })),
          leftOut: [
            { reason: 'no_consent', people: 41 },
            { reason: 'withdrawn', people: 2 },
            { reason: 'restricted', people: 1 },
          ],
          cost: '0.4524',
          currency: 'EUR',
          dayLimit: 250,
          limitKnown: true,
          usedToday: 3,
          seconds: 4,
          betterAtMs: state.betterAtMs,
        }) as unknown as app.BroadcastPlan,
      Preview: frameOf,
      Start: (r: app.StartBroadcast): number => {
        const id = state.list.length + 1;
        state.list = [
          broadcastRow({
            id,
            state: 'running',
            purpose: r.use.purpose,
            madeAtMs: Date.now(),
            nextAtMs: r.startAtMs || Date.now(),
            endedAtMs: 0,
            people: r.people,
            outcomes: [
              { outcome: 'leaving', people: 1 },
              { outcome: 'waiting', people: r.people - 1 },
            ],
          } as Partial<app.BroadcastRow>),
          ...state.list,
        ];
        return id;
      },
      Pause: (id: number) => change(id, { state: 'paused', reason: 'hand' }),
      Resume: (id: number) => change(id, { state: 'running', reason: '' }),
      Stop: (id: number): number => {
        change(id, {
          state: 'stopped',
          reason: '',
          outcomes: [
            { outcome: 'sent', people: 1 },
            { outcome: 'stopped', people: 3 },
          ],
        } as Partial<app.BroadcastRow>);
        return 1;
      },
      ListRecipients: (id: number): app.RecipientRow[] =>
        people.slice(0, find(id)?.people ?? 0).map((name, at) => ({
          customerId: String(at),
          name,
          outcome: ['read', 'read', 'delivered', 'withdrawn'][at] ?? 'waiting',
          failure: '',
          number: 0,
        })),
    },
    numbers: {
      GetPage: (months: boolean) => numbersPage(state.numbers, months),
      SaveKeep: () => undefined,
      Export: () => ({ saved: true }),
    },
  };
}

function numbersPage(full: boolean, months: boolean): app.NumbersPage {
  const spans = Array.from({ length: months ? 12 : 30 }, (_, at) => {
    const then = new Date();
    if (months) then.setMonth(then.getMonth() - 11 + at, 1);
    else then.setDate(then.getDate() - 29 + at);
    const two = (n: number) => String(n).padStart(2, '0');
    const period = `${then.getFullYear()}-${two(then.getMonth() + 1)}`;
    const busy = full ? (at * 7) % 13 : 0;
    return {
      period: months ? period : `${period}-${two(then.getDate())}`,
      in: busy * (months ? 20 : 1),
      hand: Math.max(0, busy - 2) * (months ? 18 : 1),
      auto: busy > 9 ? 2 : 0,
      broadcast: at === 20 ? 4 : 0,
    };
  });
  const sum = (pick: (span: (typeof spans)[number]) => number) =>
    spans.reduce((all, span) => all + pick(span), 0);
  const answers = ['5m', '15m', '1h', '4h', '1d', 'more'];
  return {
    spans,
    totals: {
      period: '',
      in: sum((span) => span.in),
      hand: sum((span) => span.hand),
      auto: sum((span) => span.auto),
      broadcast: full ? sum((span) => span.broadcast) : 0,
    },
    answers: answers.map((name, at) => ({ name, count: full ? [31, 44, 25, 12, 6, 2][at] : 0 })),
    median: full ? '15m' : '',
    hours: Array.from({ length: 24 }, (_, at) => (full && at > 6 && at < 21 ? 4 + ((at * 11) % 23) : 0)),
    sources: full
      ? [
          { kind: 'code', name: 'Schaufenster', count: 23 },
          { kind: 'direct', name: '', count: 14 },
          { kind: 'widget', name: '', count: 9 },
          { kind: 'code', name: '', count: 2 },
        ]
      : [],
    kinds: full
      ? [
          { name: 'text', count: 160 },
          { name: 'image', count: 22 },
          { name: 'audio', count: 7 },
        ]
      : [],
    since: full ? '2026-03-02' : '',
    keepMonths: 36,
    keeps: [13, 24, 36, 60],
  } as unknown as app.NumbersPage;
}
