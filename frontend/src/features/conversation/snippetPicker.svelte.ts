import { snippets, toApiError, type ApiError, type Language } from '~/lib/api';
import type { Snippet, SnippetFilled } from '~/lib/api/snippets';

/** What stands after a slash at the start of a word, up to the cursor: where it begins and what is looked for. */
export function slashBefore(text: string, caret: number): { start: number; query: string } | null {
  const start = text.lastIndexOf('/', caret - 1);
  if (start < 0 || (start > 0 && !/\s/.test(text.charAt(start - 1)))) return null;
  const query = text.slice(start + 1, caret);
  return query.length > 40 || /[\n/]/.test(query) ? null : { start, query };
}

/** Letters in braces: what a snippet leaves open. People rarely write that to anybody on purpose. */
export function openVariables(text: string): string[] {
  return [...new Set(text.match(/\{\s*\p{L}[\p{L} _-]{0,29}\s*\}/gu) ?? [])];
}

/** The list of snippets that opens while a slash and some letters are typed. */
export class SnippetPicker {
  open = $state(false);
  results: readonly Snippet[] = $state.raw([]);
  active = $state(0);
  query = $state('');
  error: ApiError | null = $state.raw(null);
  /** A snippet with something to tap, filled in, before it is sent. */
  offered: { snippet: Snippet; filled: SnippetFilled } | null = $state.raw(null);
  sending = $state(false);

  #start = 0;
  #end = 0;
  #dismissed = -1;
  #asked = 0;
  #looking: Promise<void> = Promise.resolve();

  /** Looks at what stands before the cursor and opens, changes or closes the list. */
  look(text: string, caret: number): Promise<void> {
    this.#looking = this.#look(text, caret);
    return this.#looking;
  }

  /** The chosen line once the newest answer is there: whoever types fast means that one. */
  async chosen(): Promise<Snippet | undefined> {
    await this.#looking;
    return this.results[this.active];
  }

  async #look(text: string, caret: number): Promise<void> {
    const found = slashBefore(text, caret);
    if (!found) {
      this.#dismissed = -1;
      this.close();
      return;
    }
    if (found.start === this.#dismissed) return;
    this.#start = found.start;
    this.#end = caret;
    const asked = ++this.#asked;
    try {
      const results = await snippets.find(found.query);
      if (asked !== this.#asked) return;
      // Whoever goes on writing after a slash that fits nothing is not looking for a snippet.
      const lost = results.length === 0 && found.query.includes(' ');
      this.query = found.query;
      this.results = results;
      this.active = 0;
      this.error = null;
      this.open = !lost;
    } catch (reason) {
      if (asked !== this.#asked) return;
      this.error = toApiError(reason);
      this.open = true;
    }
  }

  /** One line further up or down, round at the ends. */
  move(by: 1 | -1): void {
    const count = this.results.length;
    if (count > 0) this.active = (this.active + by + count) % count;
  }

  close(): void {
    this.#asked++;
    this.open = false;
    this.results = [];
    this.error = null;
  }

  /** Closes the list and leaves the slash alone until the next one. */
  dismiss(): void {
    this.#dismissed = this.#start;
    this.close();
  }

  /**
   * Fills in a snippet for a conversation. Plain text comes back with the place it belongs to;
   * a snippet with something to tap is offered instead.
   */
  async choose(
    snippet: Snippet,
    conversationId: number,
    language: Language,
  ): Promise<{ start: number; end: number; filled: SnippetFilled } | null> {
    const place = { start: this.#start, end: this.#end };
    this.close();
    try {
      const filled = await snippets.fill(snippet.id, conversationId, language);
      if (filled.frame) {
        this.offered = { snippet, filled };
        return null;
      }
      return { ...place, filled };
    } catch (reason) {
      this.error = toApiError(reason);
      return null;
    }
  }

  /** The place of the slash that led to what is offered. */
  get place(): { start: number; end: number } {
    return { start: this.#start, end: this.#end };
  }

  async send(conversationId: number, language: Language): Promise<boolean> {
    if (!this.offered || this.sending) return false;
    this.sending = true;
    this.error = null;
    try {
      await snippets.send(this.offered.snippet.id, conversationId, language);
      this.offered = null;
      return true;
    } catch (reason) {
      this.error = toApiError(reason);
      return false;
    } finally {
      this.sending = false;
    }
  }
}
