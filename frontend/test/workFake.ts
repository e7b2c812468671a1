import type { app } from '../src/wailsjs/go/models';
import type { FakeData } from './fakeBackend';

const hour = 3_600_000;

function soon(row: app.ConversationRow): boolean {
  const left = row.windowClosesAtMs - Date.now();
  return row.doneAtMs === 0 && left > 0 && left < 3 * hour;
}

const views: Record<string, (row: app.ConversationRow, query: app.ConversationQuery) => boolean> = {
  open: (row) => row.doneAtMs === 0,
  unread: (row) => row.doneAtMs === 0 && row.unread > 0,
  waiting: (row) => row.doneAtMs === 0 && row.waiting,
  soon,
  done: (row) => row.doneAtMs > 0,
  label: (row, query) => row.labelIds.includes(query.labelId),
  colleague: (row, query) => row.doneAtMs === 0 && row.colleagueId === query.colleagueId,
};

export function inView<T extends app.ConversationRow>(all: readonly T[], query: app.ConversationQuery): T[] {
  const fits = views[query.view];
  if (!fits) throw new Error('{"code":"invalid","field":"view"}');
  return all
    .filter((row) => fits(row, query))
    .sort((a, b) => Number(b.pinned) - Number(a.pinned) || b.lastAtMs - a.lastAtMs || b.id - a.id);
}

export function viewCounts(all: readonly app.ConversationRow[]): app.ViewCounts {
  const count = (fits: (row: app.ConversationRow) => boolean) => all.filter(fits).length;
  const now = Date.now();
  const next = all.map((row) => row.remindAtMs).filter((at) => at > now);
  return {
    open: count((row) => row.doneAtMs === 0),
    unread: count((row) => row.doneAtMs === 0 && row.unread > 0),
    waiting: count((row) => row.doneAtMs === 0 && row.waiting),
    soon: count(soon),
    done: count((row) => row.doneAtMs > 0),
    due: count((row) => row.remindAtMs > 0 && row.remindAtMs <= now),
    nextDueMs: next.length > 0 ? Math.min(...next) : 0,
  };
}

/** The Go side of labels, notes and all that the shop does with conversations. */
export function workFake(data: () => FakeData, emit: (name: string, payload?: unknown) => void) {
  const state = {
    labels: [
      { id: 1, name: 'Stammkundschaft', colour: 'blue' },
      { id: 2, name: 'Reklamation', colour: 'red' },
      { id: 3, name: 'Hochzeit', colour: 'violet' },
    ] as app.LabelRow[],
    colleagues: [
      { id: 1, name: 'Jana' },
      { id: 2, name: 'Herr Özdemir' },
    ] as app.ColleagueRow[],
    notes: {} as Record<string, app.NoteRow[]>,
    reminders: {} as Record<number, string>,
    nextId: 100,
  };
  const head = (id: number) => {
    const row = data().conversations.find((candidate) => candidate.id === id);
    if (!row) throw new Error('{"code":"not_found"}');
    return row;
  };
  const changed = (conversationId: number) => emit('conversation:changed', { conversationId, new: false });
  const put = <T extends { id: number }>(list: T[], row: T) => {
    const index = list.findIndex((other) => other.id === row.id);
    if (index >= 0) list[index] = row;
    else list.push({ ...row, id: state.nextId++ });
    emit('work:changed');
    return list;
  };
  return {
    state,
    methods: {
      ListLabels: () => state.labels,
      SaveLabel: (row: app.LabelRow) => {
        if (state.labels.some((other) => other.id !== row.id && other.name === row.name))
          throw new Error('{"code":"conflict","field":"name"}');
        return put(state.labels, row);
      },
      MoveLabel: (request: app.MoveLabelRequest) => {
        const label = state.labels.find((row) => row.id === request.id);
        state.labels = state.labels.filter((row) => row.id !== request.id);
        if (label) state.labels.splice(request.place, 0, label);
        emit('work:changed');
        return state.labels;
      },
      DeleteLabel: (id: number) => {
        state.labels = state.labels.filter((row) => row.id !== id);
        for (const row of data().conversations) row.labelIds = row.labelIds.filter((label) => label !== id);
        emit('work:changed');
        return state.labels;
      },
      ListColleagues: () => state.colleagues,
      SaveColleague: (row: app.ColleagueRow) => put(state.colleagues, row),
      DeleteColleague: (id: number) => {
        state.colleagues = state.colleagues.filter((row) => row.id !== id);
        emit('work:changed');
        return state.colleagues;
      },
      SetDone: (request: app.DoneRequest) => {
        head(request.conversationId).doneAtMs = request.done ? Date.now() : 0;
        changed(request.conversationId);
      },
      SetPinned: (request: app.PinRequest) => {
        head(request.conversationId).pinned = request.pinned;
        changed(request.conversationId);
      },
      Assign: (request: app.AssignRequest) => {
        head(request.conversationId).colleagueId = request.colleagueId;
        changed(request.conversationId);
      },
      SetReminder: (request: app.ReminderRequest) => {
        head(request.conversationId).remindAtMs = request.atMs;
        state.reminders[request.conversationId] = request.why;
        changed(request.conversationId);
      },
      GetReminder: (id: number) => state.reminders[id] ?? '',
      ListDue: () =>
        data()
          .conversations.filter((row) => row.remindAtMs > 0 && row.remindAtMs <= Date.now())
          .map((row) => ({ ...row, why: state.reminders[row.id] ?? '' })),
      CountViews: () => viewCounts(data().conversations),
      SetLabels: (request: app.CustomerLabelsRequest) => {
        for (const row of data().conversations.filter((other) => other.customerId === request.customerId)) {
          row.labelIds = request.labelIds;
          changed(row.id);
        }
      },
      ListNotes: (customerId: string) => state.notes[customerId] ?? [],
      SaveNote: (request: app.NoteRequest) => {
        const list = (state.notes[request.customerId] ??= []);
        const index = list.findIndex((row) => row.id === request.id);
        const row = { id: request.id || state.nextId++, atMs: Date.now(), text: request.text };
        if (index < 0) list.unshift(row);
        else if (request.text === '') list.splice(index, 1);
        else list[index] = row;
        return list;
      },
      Block: (request: app.BlockRequest) => {
        for (const row of data().conversations.filter((other) => other.customerId === request.customerId)) {
          row.blocked = request.blocked;
          changed(row.id);
        }
      },
    },
  };
}
