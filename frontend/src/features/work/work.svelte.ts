import { createContext } from 'svelte';
import {
  on,
  toApiError,
  work,
  type Colleague,
  type Conversation,
  type DueReminder,
  type Label,
  type Note,
} from '~/lib/api';
import { Coalesce } from '~/lib/coalesce';
import { Doing } from '~/lib/doing.svelte';

/** Labels, colleagues and notes, and what is done with conversations besides answering them. */
export class ShopWork extends Doing<'act'> {
  labels: readonly Label[] = $state.raw([]);
  colleagues: readonly Colleague[] = $state.raw([]);
  /** Conversations whose reminder is due. */
  due: readonly DueReminder[] = $state.raw([]);
  notes: readonly Note[] = $state.raw([]);
  /** Why somebody wanted to come back to the open conversation, or empty. */
  reminderWhy = $state('');
  /** Whether error is about blocking; WhatsApp has rules of its own for that. */
  blocking = $state(false);

  #customerId = '';
  #conversationId = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #lists = new Coalesce<string>(() => this.#loadLists());
  readonly #changes = new Coalesce<string>(() => this.#loadDue());

  /** Loads the lists and keeps them true; the result stops that. */
  start(): () => void {
    void this.#loadLists();
    void this.#loadDue();
    const stops = [
      on('work:changed', () => this.#lists.add('')),
      on('conversation:changed', (event) => {
        this.#changes.add('');
        if (event.conversationId === this.#conversationId) void this.#loadReminder();
      }),
      on('customer:changed', (event) => {
        this.#changes.add('');
        if (event.customerId !== this.#customerId) return;
        if (event.erased) this.show('', 0);
        else void this.#loadNotes();
      }),
    ];
    return () => {
      clearTimeout(this.#timer);
      this.#lists.cancel();
      this.#changes.cancel();
      for (const stop of stops) stop();
    };
  }

  /** Whose notes and reminder are shown; empty shows none. */
  show(customerId: string, conversationId: number): void {
    if (customerId === this.#customerId && conversationId === this.#conversationId) return;
    this.#customerId = customerId;
    this.#conversationId = conversationId;
    this.notes = [];
    this.reminderWhy = '';
    this.error = null;
    if (customerId === '') return;
    void this.#loadNotes();
    void this.#loadReminder();
  }

  labelsOf(conversation: Conversation): Label[] {
    return this.labels.filter((label) => conversation.labelIds.includes(label.id));
  }

  colleague(id: number): Colleague | undefined {
    return this.colleagues.find((colleague) => colleague.id === id);
  }

  setDone(id: number, done: boolean): Promise<boolean> {
    return this.#act(() => work.setDone(id, done));
  }

  setPinned(id: number, pinned: boolean): Promise<boolean> {
    return this.#act(() => work.setPinned(id, pinned));
  }

  assign(id: number, colleagueId: number): Promise<boolean> {
    return this.#act(() => work.assign(id, colleagueId));
  }

  remind(id: number, at: Date | null, why: string): Promise<boolean> {
    return this.#act(async () => {
      await work.setReminder(id, at, why.trim());
      await this.#loadDue();
    });
  }

  toggleLabel(conversation: Conversation, label: Label): Promise<boolean> {
    const { labelIds } = conversation;
    const next = labelIds.includes(label.id)
      ? labelIds.filter((id) => id !== label.id)
      : [...labelIds, label.id];
    return this.#act(() => work.setLabels(conversation.customerId, next));
  }

  async block(customerId: string, blocked: boolean): Promise<boolean> {
    const did = await this.#act(() => work.block(customerId, blocked));
    this.blocking = !did;
    return did;
  }

  saveNote(id: number, text: string): Promise<boolean> {
    const customerId = this.#customerId;
    return this.#act(async () => {
      const notes = await work.saveNote(customerId, id, text.trim());
      if (customerId === this.#customerId) this.notes = notes;
    });
  }

  saveLabel(label: Label): Promise<boolean> {
    return this.#act(async () => {
      this.labels = await work.saveLabel({ ...label, name: label.name.trim() });
    });
  }

  moveLabel(id: number, place: number): Promise<boolean> {
    return this.#act(async () => {
      this.labels = await work.moveLabel(id, place);
    });
  }

  deleteLabel(id: number): Promise<boolean> {
    return this.#act(async () => {
      this.labels = await work.deleteLabel(id);
    });
  }

  saveColleague(colleague: Colleague): Promise<boolean> {
    return this.#act(async () => {
      this.colleagues = await work.saveColleague({ ...colleague, name: colleague.name.trim() });
    });
  }

  deleteColleague(id: number): Promise<boolean> {
    return this.#act(async () => {
      this.colleagues = await work.deleteColleague(id);
    });
  }

  #act(action: () => Promise<void>): Promise<boolean> {
    this.blocking = false;
    return this.anew('act', action);
  }

  async #loadLists(): Promise<void> {
    try {
      [this.labels, this.colleagues] = await Promise.all([work.listLabels(), work.listColleagues()]);
    } catch {
      // The lists at hand stay; the next change asks again.
    }
  }

  async #loadNotes(): Promise<void> {
    const customerId = this.#customerId;
    try {
      const notes = await work.listNotes(customerId);
      if (customerId === this.#customerId) this.notes = notes;
    } catch (reason) {
      const error = toApiError(reason);
      if (customerId === this.#customerId && error.code !== 'not_found') this.error = error;
    }
  }

  async #loadReminder(): Promise<void> {
    const id = this.#conversationId;
    if (id === 0) return;
    try {
      const why = await work.getReminder(id);
      if (id === this.#conversationId) this.reminderWhy = why;
    } catch {
      // Without its words the reminder is still there.
    }
  }

  /** Asks what is due, and again when the next one will be. */
  async #loadDue(): Promise<void> {
    try {
      const [due, counts] = await Promise.all([work.listDue(), work.countViews()]);
      this.due = due;
      clearTimeout(this.#timer);
      if (!counts.nextDue) return;
      const longest = 60 * 60_000; // a timer beyond 24 days would ring at once
      const wait = Math.min(longest, Math.max(0, counts.nextDue.getTime() - Date.now()) + 500);
      this.#timer = setTimeout(() => this.#changes.add(''), wait);
    } catch {
      // Asked again with the next change.
    }
  }
}

export const [useWork, provideWork] = createContext<ShopWork>();
