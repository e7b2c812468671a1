import { createContext } from 'svelte';
import {
  on,
  search,
  toApiError,
  type ApiError,
  type MessageHit,
  type MessageKind,
  type PersonHit,
} from '~/lib/api';
import { Coalesce } from '~/lib/coalesce';

const pageSize = 40;

/** What kinds can be chosen, in the groups people think in. */
export const kindGroups = {
  any: [],
  text: ['text'],
  image: ['image', 'sticker'],
  video: ['video'],
  audio: ['audio'],
  document: ['document'],
  location: ['location'],
  contacts: ['contacts'],
  order: ['order'],
} satisfies Record<string, MessageKind[]>;
export type KindGroup = keyof typeof kindGroups;

export interface Filters {
  kind: KindGroup;
  attachment: 'any' | 'with' | 'without';
  labelId: number;
  customerId: string;
  /** Days as the date fields write them, "2026-11-22", or empty. */
  from: string;
  to: string;
}

const noFilters: Filters = { kind: 'any', attachment: 'any', labelId: 0, customerId: '', from: '', to: '' };

export type Hit =
  { type: 'person'; key: string; person: PersonHit } | { type: 'message'; key: string; message: MessageHit };

/** The search over all messages and people. Each keystroke asks; only the newest answer counts. */
export class MessageSearch {
  text = $state('');
  filters: Filters = $state({ ...noFilters });
  people: readonly PersonHit[] = $state.raw([]);
  messages: readonly MessageHit[] = $state.raw([]);
  more = $state(false);
  /** False while older messages are still being loaded. */
  ready = $state(true);
  indexed = $state(0);
  phase: 'idle' | 'searching' | 'done' | 'failed' = $state('idle');
  error: ApiError | null = $state.raw(null);
  activeKey = $state('');
  /** Where typing happens; set by the field. */
  field: HTMLInputElement | undefined;

  readonly filtered = $derived(JSON.stringify(this.filters) !== JSON.stringify(noFilters));
  /** Whether results stand in the place of the list. */
  readonly open = $derived(this.text.trim() !== '' || this.filtered);
  readonly hits: readonly Hit[] = $derived([
    ...this.people.map((person): Hit => ({ type: 'person', key: `p${person.customerId}`, person })),
    ...this.messages.map((message): Hit => ({ type: 'message', key: `m${message.messageId}`, message })),
  ]);
  readonly activeIndex = $derived(
    Math.max(
      0,
      this.hits.findIndex((hit) => hit.key === this.activeKey),
    ),
  );

  #asked = 0;
  #after = '';
  readonly #changes = new Coalesce<string>(() => this.run(), 250);

  /** Keeps the results true while messages come and go; the result stops that. */
  start(): () => void {
    const again = () => {
      if (this.open) this.#changes.add('');
    };
    const stops = [
      on('search:changed', again),
      on('conversation:changed', again),
      on('customer:changed', (event) => {
        if (event.erased && event.customerId === this.filters.customerId) this.filters.customerId = '';
        if (event.erased) this.#drop(event.customerId);
        again();
      }),
    ];
    return () => {
      this.#changes.cancel();
      for (const stop of stops) stop();
    };
  }

  type(text: string): void {
    this.text = text;
    this.activeKey = '';
    void this.run();
  }

  filter(change: Partial<Filters>): void {
    Object.assign(this.filters, change);
    this.activeKey = '';
    void this.run();
  }

  clear(): void {
    this.text = '';
    this.filters = { ...noFilters };
    void this.run();
  }

  move(step: number): void {
    const next = Math.min(this.hits.length - 1, Math.max(0, this.activeIndex + step));
    this.activeKey = this.hits[this.activeKey === '' && step > 0 ? 0 : next]?.key ?? '';
    if (next >= this.hits.length - 3) void this.loadMore();
  }

  /** Asks for the first page. */
  async run(): Promise<void> {
    const asked = ++this.#asked;
    if (!this.open) {
      this.people = [];
      this.messages = [];
      this.more = false;
      this.phase = 'idle';
      return;
    }
    if (this.phase !== 'done') this.phase = 'searching';
    try {
      const page = await search.find(this.#query(), '', pageSize);
      if (asked !== this.#asked || page.superseded) return;
      this.people = page.people;
      this.messages = page.messages;
      this.more = page.more;
      this.#after = page.after;
      this.ready = page.ready;
      this.indexed = page.indexed;
      this.error = null;
      this.phase = 'done';
    } catch (reason) {
      if (asked !== this.#asked) return;
      this.error = toApiError(reason);
      this.phase = 'failed';
    }
  }

  async loadMore(): Promise<void> {
    if (!this.more || this.#after === '') return;
    const asked = this.#asked;
    const after = this.#after;
    this.#after = '';
    try {
      const page = await search.find(this.#query(), after, pageSize);
      if (asked !== this.#asked) return;
      this.messages = [...this.messages, ...page.messages];
      this.more = page.more;
      this.#after = page.after;
    } catch {
      // What is there stays; scrolling on tries again.
      if (asked === this.#asked) this.#after = after;
    }
  }

  #query() {
    const { kind, attachment, labelId, customerId, from, to } = this.filters;
    return {
      text: this.text,
      customerId,
      kinds: kindGroups[kind],
      labelId,
      from: day(from),
      to: dayAfter(to),
      attachment,
    };
  }

  #drop(customerId: string): void {
    this.people = this.people.filter((person) => person.customerId !== customerId);
    this.messages = this.messages.filter((message) => message.customerId !== customerId);
  }
}

/** The beginning of a day in the computer's time zone. */
function day(text: string): Date | null {
  const [year, month, date] = text.split('-').map(Number);
  if (!year || !month || !date) return null;
  return new Date(year, month - 1, date);
}

function dayAfter(text: string): Date | null {
  const start = day(text);
  return start && new Date(start.getFullYear(), start.getMonth(), start.getDate() + 1);
}

export const [useSearch, provideSearch] = createContext<MessageSearch>();
