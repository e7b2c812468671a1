import { createContext, tick } from 'svelte';
import {
  inbox,
  on,
  sending,
  toApiError,
  type ApiError,
  type ConversationDetail,
  type Message,
} from '~/lib/api';
import { Coalesce } from '~/lib/coalesce';
import { textLength, textLimit } from '~/lib/text/length';
import { Attachments, captionLimit } from './attachments.svelte';
import { Draft } from './draft.svelte';

const pageSize = 60;
const largestPage = 200;
/** However long a conversation is, no more of it than this stays in the page. */
const mostLoaded = 1200;
const keptLoaded = 800;

/** Where the view shall go. The list carries it out once the messages are on the page. */
export type ScrollIntent =
  { to: 'end' } | { to: 'message'; id: string; align: 'start' | 'center'; focus: boolean };

/** The conversation that is open: its messages as far as loaded, and what can be done with them. */
export class OpenConversation {
  id: number | null = $state(null);
  detail: ConversationDetail | null = $state.raw(null);
  messages: readonly Message[] = $state.raw([]);
  hasOlder = $state(false);
  hasNewer = $state(false);
  phase: 'none' | 'loading' | 'ready' | 'failed' = $state('none');
  error: ApiError | null = $state.raw(null);
  /** True while older messages are being put in front; the view then keeps its place. */
  prepending = $state(false);
  /** Customer's messages that arrived below while the reader was further up. */
  arrived = $state(0);
  /** The first message that was unread when the conversation was opened, or empty. */
  firstUnreadId = $state('');
  /** The message somebody searched for, set off until the conversation is left. */
  markedId = $state('');
  intent: ScrollIntent | null = $state.raw(null);
  /** Why the last thing the person did failed, or null. */
  actionError: ApiError | null = $state.raw(null);
  sending = $state(false);
  readonly draft = new Draft();
  readonly attachments = new Attachments();
  /** How much of their files the messages under way have uploaded, 0 to 1. */
  uploads: Readonly<Record<string, number>> = $state.raw({});
  /** Whether the newest message is in view; set by the list. */
  following = true;
  /** Called with messages of the customer that have just arrived here. */
  onarrival: (messages: readonly Message[]) => void = () => {};

  /** The first message in view, where the list knows it. */
  lookingAt = '';
  /** Called when somebody wants to see who the customer is. */
  onpanel: () => void = () => {};

  #loadingOlder = false;
  #visit = 0;
  readonly #changes = new Coalesce<number>(() => this.#refresh());

  /** Listens for changes and for the window coming back to the front; the result stops that. */
  start(): () => void {
    const stops = [
      on('conversation:changed', (event) => {
        if (event.conversationId === this.id) this.#changes.add(event.conversationId);
      }),
      on('customer:changed', (event) => {
        if (event.customerId !== this.detail?.customerId) return;
        if (event.erased) this.#forget();
        else this.#changes.add(this.detail.id);
      }),
      on('upload:progress', (event) => {
        this.uploads = { ...this.uploads, [event.messageId]: event.total > 0 ? event.sent / event.total : 0 };
      }),
    ];
    const look = () => void this.markReadIfSeen();
    const leave = () => void this.draft.flush();
    window.addEventListener('focus', look);
    window.addEventListener('blur', leave);
    window.addEventListener('pagehide', leave);
    return () => {
      this.#changes.cancel();
      leave();
      for (const stop of stops) stop();
      window.removeEventListener('focus', look);
      window.removeEventListener('blur', leave);
      window.removeEventListener('pagehide', leave);
    };
  }

  /** Opens a conversation at one of its messages and sets that off. */
  async openAt(id: number, messageId: string): Promise<void> {
    if (this.id !== id || this.phase !== 'ready') await this.open(id);
    if (this.id !== id || this.phase !== 'ready') return;
    this.markedId = messageId;
    await this.jumpTo(messageId);
  }

  async open(id: number): Promise<void> {
    if (this.id === id && this.phase === 'ready') return;
    const visit = this.#leave(id);
    try {
      const detail = await inbox.getConversation(id);
      const page = await inbox.listMessages(
        id,
        {},
        Math.min(largestPage, Math.max(pageSize, detail.unread + 20)),
      );
      if (visit !== this.#visit) return;
      this.detail = detail;
      this.messages = page.messages;
      this.hasOlder = page.hasOlder;
      this.hasNewer = page.hasNewer;
      this.firstUnreadId = firstUnread(page.messages, detail.unread);
      this.draft.load(id, detail.draft, detail.draftReplyTo);
      this.intent = this.firstUnreadId
        ? { to: 'message', id: this.firstUnreadId, align: 'start', focus: false }
        : { to: 'end' };
      this.phase = 'ready';
    } catch (reason) {
      if (visit === this.#visit) this.#fail(toApiError(reason));
      return;
    }
    // Whoever opens a conversation has it in front of them, wherever the first unread message is.
    if ((this.detail?.unread ?? 0) > 0) await this.#markRead(id);
  }

  /** Leaves the conversation; the draft is kept. */
  close(): void {
    this.#leave(null);
  }

  async loadOlder(): Promise<void> {
    const first = this.messages[0];
    if (!first || this.id === null || !this.hasOlder || this.#loadingOlder) return;
    const visit = this.#visit;
    this.#loadingOlder = true;
    try {
      const page = await inbox.listMessages(this.id, { before: first.id }, pageSize);
      if (visit !== this.#visit || this.messages[0]?.id !== first.id) return;
      this.prepending = true;
      this.messages = [...this.#unknown(page.messages), ...this.messages];
      this.hasOlder = page.hasOlder;
      await tick();
      this.prepending = false;
      if (this.messages.length > mostLoaded) {
        // The reader is at the other end; what is dropped is loaded again on the way back.
        this.messages = this.messages.slice(0, keptLoaded);
        this.hasNewer = true;
        await tick();
      }
    } catch (reason) {
      if (visit === this.#visit) this.actionError = toApiError(reason);
    } finally {
      this.prepending = false;
      this.#loadingOlder = false;
    }
  }

  async loadNewer(): Promise<void> {
    const last = this.messages.at(-1);
    if (!last || this.id === null || !this.hasNewer || this.#loadingOlder) return;
    const visit = this.#visit;
    this.#loadingOlder = true;
    try {
      const page = await inbox.listMessages(this.id, { after: last.id }, pageSize);
      if (visit !== this.#visit || this.messages.at(-1)?.id !== last.id) return;
      this.messages = [...this.messages, ...this.#unknown(page.messages)];
      this.hasNewer = page.hasNewer;
      await tick();
      if (this.messages.length > mostLoaded) {
        this.prepending = true;
        this.messages = this.messages.slice(-keptLoaded);
        this.hasOlder = true;
        await tick();
      }
    } catch (reason) {
      if (visit === this.#visit) this.actionError = toApiError(reason);
    } finally {
      this.prepending = false;
      this.#loadingOlder = false;
    }
  }

  /** Shows a message, loading the part of the conversation it is in. */
  async jumpTo(messageId: string): Promise<void> {
    if (this.id === null) return;
    const visit = this.#visit;
    try {
      if (!this.messages.some((message) => message.id === messageId)) {
        const page = await inbox.listMessages(this.id, { around: messageId }, pageSize);
        if (visit !== this.#visit) return;
        this.messages = page.messages;
        this.hasOlder = page.hasOlder;
        this.hasNewer = page.hasNewer;
      }
      this.following = false;
      this.intent = { to: 'message', id: messageId, align: 'center', focus: true };
    } catch (reason) {
      if (visit === this.#visit) this.actionError = toApiError(reason);
    }
  }

  /** Goes to the newest message, loading the end of the conversation if it is not there. */
  async jumpToEnd(): Promise<void> {
    if (this.hasNewer) await this.#loadNewest();
    this.arrived = 0;
    this.following = true;
    this.intent = { to: 'end' };
    await this.markReadIfSeen();
  }

  /** Sends what is in the composer: its files first, then the text, unless that belongs to the only file. */
  async send(): Promise<void> {
    if (this.attachments.ready.length > 0 && !(await this.#sendFiles())) return;
    const id = this.id;
    const text = this.draft.text.trim();
    if (id === null || text === '' || textLength(text) > textLimit || this.sending) return;
    const taken = this.draft.take();
    this.sending = true;
    this.actionError = null;
    try {
      const row = await inbox.sendText(id, text, taken.replyTo);
      await this.draft.flush();
      if (id === this.id) await this.show([row]);
    } catch (reason) {
      if (id !== this.id) {
        // The person is elsewhere by now: what could not be sent waits as that conversation's draft.
        await inbox.saveDraft(id, taken.text, taken.replyTo).catch(() => undefined);
        return;
      }
      this.draft.restore(taken);
      this.actionError = toApiError(reason);
    } finally {
      this.sending = false;
    }
  }

  /** Whether the composer's text will stand below the only file. */
  get textIsCaption(): boolean {
    const [only, ...others] = this.attachments.list;
    return (
      only !== undefined &&
      others.length === 0 &&
      only.file?.kind !== 'audio' &&
      textLength(this.draft.text) <= captionLimit
    );
  }

  /** Sends the files and reports whether that went well. */
  async #sendFiles(): Promise<boolean> {
    const id = this.id;
    const files = this.attachments.ready;
    if (id === null || this.sending || this.attachments.busy) return false;
    const joined = this.textIsCaption;
    const taken = joined ? this.draft.take() : { text: '', replyTo: this.draft.replyTo };
    if (!joined) this.draft.setReply('');
    this.sending = true;
    this.actionError = null;
    try {
      const rows = await sending.sendFiles(
        id,
        taken.replyTo,
        files.map((item) => ({
          id: item.file?.id ?? '',
          caption: (joined ? taken.text : item.caption).trim(),
        })),
      );
      this.attachments.sent(files);
      await this.draft.flush();
      if (id === this.id) await this.show(rows);
      return true;
    } catch (reason) {
      if (id === this.id) {
        this.draft.restore(taken);
        this.actionError = toApiError(reason);
      }
      return false;
    } finally {
      this.sending = false;
    }
  }

  /** Sends where the shop is. */
  async sendPlace(): Promise<void> {
    const id = this.id;
    if (id === null) return;
    await this.#act(async () => {
      const row = await sending.sendPlace(id, this.draft.replyTo);
      this.draft.setReply('');
      if (id === this.id) await this.show([row]);
    });
  }

  async react(messageId: string, emoji: string): Promise<void> {
    await this.#act(() => sending.react(messageId, emoji));
  }

  /** Takes back a message that has not left; its text goes back into the composer. */
  async withdraw(messageId: string): Promise<void> {
    await this.#act(async () => {
      const text = await sending.withdraw(messageId);
      this.messages = this.messages.filter((message) => message.id !== messageId);
      if (text !== '') this.draft.restore({ text, replyTo: '' });
    });
  }

  /** Shows what has just been sent, and the end of the conversation. */
  async show(rows: readonly Message[]): Promise<void> {
    this.firstUnreadId = '';
    if (this.hasNewer) await this.#loadNewest();
    else for (const row of rows) this.#append(row);
    this.following = true;
    this.intent = { to: 'end' };
  }

  async retry(messageId: string): Promise<void> {
    await this.#act(async () => {
      this.#append(await inbox.retry(messageId));
      this.intent = { to: 'end' };
    });
  }

  async resolveUnclear(messageId: string, resend: boolean): Promise<void> {
    await this.#act(() => inbox.resolveUnclear(messageId, resend));
  }

  /** Removes what was kept of a message the customer took back. */
  async removeRevoked(messageId: string): Promise<void> {
    await this.#act(() => inbox.removeRevoked(messageId));
  }

  /** Marks the conversation as read if somebody is looking at its newest message. */
  async markReadIfSeen(): Promise<void> {
    const id = this.id;
    const unread = this.detail?.unread ?? 0;
    if (id === null || unread === 0 || !this.following || !document.hasFocus()) return;
    await this.#markRead(id);
  }

  /** The message a reply would refer to, if it is loaded. */
  find(messageId: string): Message | undefined {
    return this.messages.find((message) => message.id === messageId);
  }

  async #markRead(id: number): Promise<void> {
    try {
      await inbox.markRead(id);
    } catch {
      // Still unread then, and marked the next time.
    }
  }

  async #act(action: () => Promise<void>): Promise<void> {
    const id = this.id;
    this.actionError = null;
    try {
      await action();
      if (id !== null && id === this.id) this.#changes.add(id);
    } catch (reason) {
      if (id === this.id) this.actionError = toApiError(reason);
    }
  }

  /** Takes a message out that was deleted. */
  drop(messageId: string): void {
    this.messages = this.messages.filter((message) => message.id !== messageId);
  }

  async #refresh(): Promise<void> {
    const id = this.id;
    const visit = this.#visit;
    if (id === null || this.phase !== 'ready') {
      // What changed while the first page was on its way is asked for once it is there.
      if (id !== null && this.phase === 'loading') this.#changes.add(id);
      return;
    }
    try {
      const detail = await inbox.getConversation(id);
      if (visit !== this.#visit) return;
      this.detail = detail;
      if (this.hasNewer) await this.#refreshPart(id, visit);
      else await this.#refreshEnd(id, visit);
      await this.markReadIfSeen();
    } catch (reason) {
      if (visit !== this.#visit) return;
      const error = toApiError(reason);
      if (error.code === 'not_found') this.#forget();
      else this.actionError = error;
    }
  }

  /** Asks again for everything loaded, from the newest page backwards. */
  async #refreshEnd(id: number, visit: number): Promise<void> {
    const limit = Math.min(largestPage, this.messages.length + 20);
    let page = await inbox.listMessages(id, {}, Math.max(pageSize, limit));
    if (visit !== this.#visit) return;
    const known = new Set(this.messages.map((message) => message.id));
    // Whatever the page holds from before the loaded part stays out: only loadOlder puts messages in front.
    const tail = page.messages.slice(
      Math.max(
        0,
        page.messages.findIndex((message) => known.has(message.id)),
      ),
    );
    const fresh = tail.filter((message) => !known.has(message.id));
    this.#replaceTail(tail, page.hasOlder || tail.length < page.messages.length);
    this.#noteArrivals(fresh.filter((message) => message.direction === 'in'));
    const oldest = this.messages[0];
    while (page.hasOlder && oldest && page.messages[0] && page.messages[0].id !== oldest.id) {
      const reached = this.messages.findIndex((message) => message.id === page.messages[0]?.id);
      if (reached <= 0) return;
      page = await inbox.listMessages(id, { before: page.messages[0].id }, Math.min(largestPage, reached));
      if (visit !== this.#visit) return;
      const update = new Map(page.messages.map((message) => [message.id, message]));
      this.messages = this.messages.map((message) => update.get(message.id) ?? message);
    }
  }

  /** Asks again for the part that is shown when that is not the end. */
  async #refreshPart(id: number, visit: number): Promise<void> {
    const middle = this.find(this.lookingAt) ?? this.messages[Math.floor(this.messages.length / 2)];
    if (!middle) return;
    const limit = Math.min(largestPage, this.messages.length);
    const page = await inbox.listMessages(id, { around: middle.id }, limit);
    if (visit !== this.#visit) return;
    const update = new Map(page.messages.map((message) => [message.id, message]));
    this.messages = this.messages.map((message) => update.get(message.id) ?? message);
    const latest = this.detail?.unread ?? 0;
    this.arrived = Math.max(this.arrived, latest);
  }

  #replaceTail(tail: readonly Message[], tailHasOlder: boolean): void {
    const first = tail[0];
    const from = first ? this.messages.findIndex((message) => message.id === first.id) : -1;
    if (from > 0) {
      this.messages = [...this.messages.slice(0, from), ...tail];
      return;
    }
    // The page covers everything that was loaded, or nothing of it any more: the page is the truth.
    this.messages = tail;
    this.hasOlder = tailHasOlder;
  }

  #noteArrivals(messages: readonly Message[]): void {
    if (messages.length === 0) return;
    if (!this.following) this.arrived += messages.length;
    this.onarrival(messages);
  }

  async #loadNewest(): Promise<void> {
    if (this.id === null) return;
    const visit = this.#visit;
    const page = await inbox.listMessages(this.id, {}, pageSize);
    if (visit !== this.#visit) return;
    this.messages = page.messages;
    this.hasOlder = page.hasOlder;
    this.hasNewer = page.hasNewer;
  }

  #unknown(messages: readonly Message[]): Message[] {
    const known = new Set(this.messages.map((message) => message.id));
    return messages.filter((message) => !known.has(message.id));
  }

  #append(row: Message): void {
    if (this.messages.some((message) => message.id === row.id)) return;
    this.messages = [...this.messages, row];
  }

  #leave(next: number | null): number {
    void this.draft.flush();
    this.#changes.cancel();
    this.#reset(next);
    return this.#visit;
  }

  #forget(): void {
    this.draft.drop();
    this.attachments.drop();
    this.#changes.cancel();
    this.#reset(null);
  }

  #reset(next: number | null): void {
    this.#visit++;
    this.#loadingOlder = false;
    this.id = next;
    this.attachments.show(next);
    this.detail = null;
    this.messages = [];
    this.hasOlder = false;
    this.hasNewer = false;
    this.error = null;
    this.actionError = null;
    this.arrived = 0;
    this.firstUnreadId = '';
    this.markedId = '';
    this.intent = null;
    this.following = true;
    this.phase = next === null ? 'none' : 'loading';
  }

  #fail(error: ApiError): void {
    this.error = error;
    this.phase = 'failed';
  }
}

function firstUnread(messages: readonly Message[], unread: number): string {
  const inbound = messages.filter((message) => message.direction === 'in');
  if (unread === 0) return '';
  return inbound[Math.max(0, inbound.length - unread)]?.id ?? '';
}

export const [useConversation, provideConversation] = createContext<OpenConversation>();
