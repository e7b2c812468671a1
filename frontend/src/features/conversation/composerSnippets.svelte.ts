import { tick } from 'svelte';
import { snippets, toApiError, type Language } from '~/lib/api';
import type { Snippet } from '~/lib/api/snippets';
import type { OpenConversation } from './conversation.svelte';
import { openVariables, SnippetPicker } from './snippetPicker.svelte';

/** What the composer does with snippets: it opens the list, puts the text where the slash was, and holds back what is still open. */
export class ComposerSnippets {
  readonly picker = new SnippetPicker();
  /** Whether the person was told that something is still open. */
  warned = $state(false);

  readonly #conversation: OpenConversation;
  readonly #field: () => HTMLTextAreaElement | undefined;
  readonly #language: () => Language;

  constructor(
    conversation: OpenConversation,
    field: () => HTMLTextAreaElement | undefined,
    language: () => Language,
  ) {
    this.#conversation = conversation;
    this.#field = field;
    this.#language = language;
  }

  /** Variables that stand in the draft without a value. */
  readonly open = $derived.by(() => openVariables(this.#conversation.draft.text));

  /** Reports whether the draft may go; the first time something is open, the person is asked instead. */
  mayGo(): boolean {
    if (this.open.length === 0 || this.warned) {
      this.warned = false;
      return true;
    }
    this.warned = true;
    return false;
  }

  look(): void {
    const field = this.#field();
    if (this.open.length === 0) this.warned = false;
    if (field) void this.picker.look(this.#conversation.draft.text, field.selectionStart);
  }

  /** Opens the list as if a slash had been typed. */
  begin(): void {
    const { draft } = this.#conversation;
    const before = draft.text.slice(0, draft.selection.start);
    draft.insert(/\S$/.test(before) ? ' /' : '/');
    void tick().then(() => this.picker.look(draft.text, draft.selection.start));
  }

  async choose(snippet: Snippet): Promise<void> {
    const id = this.#conversation.id ?? 0;
    const chosen = await this.picker.choose(snippet, id, this.#language());
    if (!chosen) return;
    this.#put(chosen.start, chosen.end, chosen.filled.text);
    if (!chosen.filled.fileName) return;
    try {
      const file = await snippets.stageFile(snippet.id, id, this.#language());
      if (this.#conversation.id === id) this.#conversation.attachments.take(file, null);
    } catch (reason) {
      this.picker.error = toApiError(reason);
    }
  }

  /** Puts only the text of what is offered into the composer. */
  takeText(): void {
    const { offered, place } = this.picker;
    this.picker.offered = null;
    if (offered) this.#put(place.start, place.end, offered.filled.text);
  }

  async send(): Promise<void> {
    const { start, end } = this.picker.place;
    if (!(await this.picker.send(this.#conversation.id ?? 0, this.#language()))) return;
    this.#put(start, end, '');
    await this.#conversation.jumpToEnd();
  }

  /** Selects a variable that is still open. */
  show(variable: string): void {
    const at = this.#conversation.draft.text.indexOf(variable);
    const field = this.#field();
    if (at < 0 || !field) return;
    field.focus();
    field.setSelectionRange(at, at + variable.length);
  }

  /** Takes the keys of the open list and reports whether it did. */
  key(event: KeyboardEvent): boolean {
    const { picker } = this;
    if (!picker.open || event.isComposing) return false;
    const chooses =
      (event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey && picker.results.length > 0;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') picker.move(event.key === 'ArrowDown' ? 1 : -1);
    else if (chooses) void picker.chosen().then((snippet) => snippet && this.choose(snippet));
    else if (event.key === 'Escape') picker.dismiss();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  #put(start: number, end: number, text: string): void {
    const { draft } = this.#conversation;
    draft.selection = { start, end };
    draft.insert(text);
    const first = openVariables(text)[0];
    if (!first) return;
    draft.caret = null; // what is open is selected instead
    void tick().then(() => this.show(first));
  }
}
