import { createContext } from 'svelte';
import {
  ApiError,
  inbox,
  on,
  toApiError,
  type Conversation,
  type ConversationPage,
  type View,
  type ViewCounts,
} from '~/lib/api';
import { Coalesce } from '~/lib/coalesce';

const pageSize = 100;
const manyChanges = 20;

/** The conversation list: pages loaded so far, newest activity first, kept fresh by events. */
export class Conversations {
  rows: readonly Conversation[] = $state.raw([]);
  total = $state(0);
  unread = $state(0);
  view: View = $state.raw({ name: 'open', labelId: 0, colleagueId: 0 });
  counts: ViewCounts = $state.raw({
    open: 0,
    unread: 0,
    waiting: 0,
    soon: 0,
    done: 0,
    due: 0,
    nextDue: null,
  });
  phase: 'loading' | 'ready' | 'failed' = $state('loading');
  error: ApiError | null = $state.raw(null);
  selectedId: number | null = $state(null);
  /** Called with a row in which a customer's message has arrived. */
  onarrival: (row: Conversation) => void = () => {};

  #next = '';
  #loadingMore = false;
  readonly #changes = new Coalesce<number>((ids) => this.#refresh(ids));
  readonly #arrivals = new Set<number>();

  /** Loads the first page and listens; the result stops listening. */
  start(): () => void {
    void this.load();
    const stops = [
      on('conversation:changed', (event) => {
        if (event.new) this.#arrivals.add(event.conversationId);
        this.#changes.add(event.conversationId);
      }),
      on('customer:changed', (event) => this.#customerChanged(event.customerId, event.erased)),
    ];
    return () => {
      this.#changes.cancel();
      for (const stop of stops) stop();
    };
  }

  async load(): Promise<void> {
    try {
      await this.#reload(pageSize);
      this.phase = 'ready';
      this.error = null;
    } catch (reason) {
      this.error = toApiError(reason);
      this.phase = 'failed';
    }
  }

  /** Shows another view of the list. */
  async show(view: View): Promise<void> {
    this.view = view;
    this.rows = [];
    this.#next = '';
    await this.load();
  }

  async loadMore(): Promise<void> {
    if (this.#loadingMore || this.#next === '') return;
    this.#loadingMore = true;
    try {
      const view = this.view;
      const page = await inbox.listConversations(this.#next, pageSize, view);
      if (view !== this.view) return;
      const known = new Set(this.rows.map((row) => row.id));
      this.rows = [...this.rows, ...page.rows.filter((row) => !known.has(row.id))];
      this.#next = page.next;
      this.#take(page);
    } catch {
      // The rows at hand stay usable; the next scroll tries again.
    } finally {
      this.#loadingMore = false;
    }
  }

  get hasMore(): boolean {
    return this.#next !== '';
  }

  /** Loads pages from the top until at least count rows are there. */
  async #reload(count: number): Promise<void> {
    const view = this.view;
    const rows: Conversation[] = [];
    let cursor = '';
    do {
      const page = await inbox.listConversations(cursor, pageSize, view);
      if (view !== this.view) return;
      rows.push(...page.rows);
      cursor = page.next;
      this.#take(page);
    } while (cursor !== '' && rows.length < count);
    const kept = await this.#keepOpen(rows);
    if (view !== this.view) return;
    this.#next = cursor;
    this.rows = kept;
  }

  /** The row somebody is working on stays, also if what they did took it out of the view. */
  async #keepOpen(rows: Conversation[]): Promise<Conversation[]> {
    const index = this.rows.findIndex((row) => row.id === this.selectedId);
    const before = this.rows[index];
    if (!before || rows.some((row) => row.id === before.id)) return rows;
    const row = await findRow(before.id);
    return row ? rows.toSpliced(index, 0, row) : rows;
  }

  #take(page: ConversationPage): void {
    this.total = page.total;
    this.unread = page.unread;
    this.counts = page.counts;
  }

  async #refresh(ids: Set<number>): Promise<void> {
    try {
      if (ids.size > manyChanges || this.phase !== 'ready' || this.view.name !== 'open') {
        await this.#reload(Math.max(pageSize, this.rows.length));
        this.phase = 'ready';
        this.error = null;
      } else {
        await this.#refreshRows([...ids]);
      }
    } catch (reason) {
      if (this.rows.length === 0) {
        this.error = toApiError(reason);
        this.phase = 'failed';
      }
    }
    for (const id of ids) {
      const row = this.rows.find((candidate) => candidate.id === id);
      if (this.#arrivals.delete(id) && row) this.onarrival(row);
    }
  }

  async #refreshRows(ids: number[]): Promise<void> {
    const [counts, ...fresh] = await Promise.all([
      inbox.listConversations('', 1),
      ...ids.map((id) => findRow(id)),
    ]);
    const changed = new Set(ids);
    const found = fresh
      .filter((row) => row !== null)
      .filter((row) => !row.doneAt || row.id === this.selectedId);
    const rest = this.rows.filter((row) => !changed.has(row.id));
    const merged = [...rest, ...found].sort(newestFirst);
    // A row older than everything loaded belongs to a page that has not been asked for yet.
    const lastKnown = rest.at(-1);
    this.rows = this.#next === '' || !lastKnown ? merged : merged.slice(0, merged.indexOf(lastKnown) + 1);
    this.#take(counts);
  }

  #customerChanged(customerId: string, erased: boolean): void {
    const affected = this.rows.filter((row) => row.customerId === customerId);
    if (erased) {
      this.rows = this.rows.filter((row) => row.customerId !== customerId);
      if (affected.some((row) => row.id === this.selectedId)) this.selectedId = null;
    }
    for (const row of affected) this.#changes.add(row.id);
  }
}

async function findRow(id: number): Promise<Conversation | null> {
  try {
    const row = await inbox.getConversation(id);
    return row.restricted ? null : row;
  } catch (reason) {
    const { code } = toApiError(reason);
    if (code === 'not_found' || code === 'restricted') return null;
    throw reason;
  }
}

/** Pinned ones first. */
function newestFirst(a: Conversation, b: Conversation): number {
  return (
    Number(b.pinned) - Number(a.pinned) ||
    (b.lastAt?.getTime() ?? 0) - (a.lastAt?.getTime() ?? 0) ||
    b.id - a.id
  );
}

export const [useConversations, provideConversations] = createContext<Conversations>();
