import { inbox, toApiError, type ApiError } from '~/lib/api';

const saveAfterMs = 600;

/** What is in the composer of one conversation. It is saved while the person pauses, and at the latest when they leave. */
export class Draft {
  text = $state('');
  replyTo = $state('');
  /** Why the last save failed, or null. */
  error: ApiError | null = $state.raw(null);

  /** Where the next inserted text goes; the composer keeps it up to date. */
  selection = { start: 0, end: 0 };
  /** Where the composer is to put its cursor, or null. */
  caret: number | null = $state.raw(null);

  #conversationId = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #dirty = false;

  /** Shows the saved draft of a conversation. */
  load(conversationId: number, text: string, replyTo: string): void {
    this.#conversationId = conversationId;
    this.#dirty = false;
    this.text = text;
    this.replyTo = replyTo;
    this.selection = { start: text.length, end: text.length };
    this.caret = null;
    this.error = null;
  }

  write(text: string): void {
    this.text = text;
    this.#touch();
  }

  /** Puts text where the cursor is, in place of what is selected. */
  insert(text: string): void {
    const start = Math.min(this.selection.start, this.text.length);
    const end = Math.min(Math.max(this.selection.end, start), this.text.length);
    this.write(this.text.slice(0, start) + text + this.text.slice(end));
    this.caret = start + text.length;
    this.selection = { start: this.caret, end: this.caret };
  }

  setReply(messageId: string): void {
    this.replyTo = messageId;
    this.#touch();
  }

  /** Empties the composer for a send and returns what was in it. */
  take(): { text: string; replyTo: string } {
    const taken = { text: this.text, replyTo: this.replyTo };
    this.text = '';
    this.replyTo = '';
    this.#touch();
    return taken;
  }

  /** Puts back what could not be sent, before anything written since. */
  restore(taken: { text: string; replyTo: string }): void {
    this.text = this.text === '' ? taken.text : `${taken.text}\n${this.text}`;
    this.replyTo ||= taken.replyTo;
    this.#touch();
  }

  /** Saves now if there is something unsaved. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#dirty || this.#conversationId === 0) return;
    this.#dirty = false;
    const id = this.#conversationId;
    try {
      await inbox.saveDraft(id, this.text, this.replyTo);
      if (id === this.#conversationId) this.error = null;
    } catch (reason) {
      if (id !== this.#conversationId) return;
      this.#dirty = true;
      this.error = toApiError(reason);
    }
  }

  /** Forgets the draft without saving: the person it was for is gone. */
  drop(): void {
    clearTimeout(this.#timer);
    this.load(0, '', '');
  }

  #touch(): void {
    this.#dirty = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), saveAfterMs);
  }
}
