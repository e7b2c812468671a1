import { createContext } from 'svelte';
import { toApiError, translation, type Language, type Message, type TranslationDesk } from '~/lib/api';
import { Coalesce } from '~/lib/coalesce';
import { Doing } from '~/lib/doing.svelte';
import type { OpenConversation } from './conversation.svelte';

const mostAtOnce = 30;
const withWords = new Set(['text', 'image', 'video', 'document']);

/** A reply in both languages, before it is sent. */
interface DraftTranslation {
  original: string;
  text: string;
  source: Language;
  target: string;
}

/** Translates the open conversation, as far as somebody looks at it and the owner has agreed. */
export class Interpreter extends Doing<'translate' | 'send' | 'switch'> {
  desk: TranslationDesk | null = $state.raw(null);
  draft: DraftTranslation | null = $state.raw(null);

  readonly #conversation: OpenConversation;
  readonly #language: () => Language;
  readonly #wanted = new Coalesce<string>((ids) => this.#translate([...ids]), 200);
  /** What could not be translated, until somebody wants it tried again. */
  #failed = new Set<string>();

  constructor(conversation: OpenConversation, language: () => Language) {
    super();
    this.#conversation = conversation;
    this.#language = language;
  }

  /** Whether texts may go to the service at all. */
  get ready(): boolean {
    return this.desk?.agreedAt != null;
  }

  /** Whether the open conversation is being translated. */
  get on(): boolean {
    return this.ready && this.#conversation.detail?.interpreted === true;
  }

  /** What the customer writes, or empty while nobody knows. */
  get language(): string {
    return this.#conversation.detail?.language ?? '';
  }

  start(): () => void {
    void translation.getDesk().then(
      (desk) => (this.desk = desk),
      () => undefined, // then there is nothing to switch on
    );
    return () => this.#wanted.cancel();
  }

  /** Another conversation is in front now. */
  reset(): void {
    this.#wanted.cancel();
    this.#failed = new Set();
    this.error = null;
    this.draft = null;
  }

  async turn(on: boolean): Promise<void> {
    this.reset();
    await this.#interpret(on, this.language);
  }

  async speak(language: string): Promise<void> {
    this.draft = null;
    await this.#interpret(true, language);
  }

  /** Somebody looks at a message: it is translated unless it is already. */
  want(message: Message): void {
    if (!this.on || message.direction !== 'in' || message.translated || message.revoked) return;
    if (message.text === '' || !withWords.has(message.kind)) return;
    if (this.error) this.#failed.add(message.id);
    else this.#wanted.add(message.id);
  }

  retry(): void {
    const again = this.#failed;
    this.#failed = new Set();
    this.error = null;
    for (const id of again) this.#wanted.add(id);
  }

  /** Has what stands in the composer translated; nothing is sent to the customer yet. */
  async translateDraft(): Promise<void> {
    const id = this.#conversation.id;
    const original = this.#conversation.draft.text.trim();
    const [source, target] = [this.#language(), this.language];
    if (id === null || original === '' || target === '' || this.busy) return;
    await this.anew('translate', async () => {
      const text = await translation.translateDraft(id, original, source, target);
      if (id === this.#conversation.id) this.draft = { original, text, source, target };
    });
  }

  /** Sends the translation; the words it was made from are kept beside it. */
  async send(): Promise<void> {
    const conversation = this.#conversation;
    const draft = this.draft;
    const id = conversation.id;
    if (!draft || id === null || this.busy || conversation.sending) return;
    conversation.sending = true;
    await this.anew('send', async () => {
      const { replyTo, text } = conversation.draft;
      const row = await translation.sendTranslated({ conversationId: id, replyTo, ...draft });
      if (id !== conversation.id) return;
      this.draft = null;
      if (text.trim() === draft.original) conversation.draft.take();
      await conversation.draft.flush();
      await conversation.show([row]);
    });
    conversation.sending = false;
  }

  async #interpret(on: boolean, language: string): Promise<void> {
    const id = this.#conversation.id;
    if (id === null) return;
    await this.anew('switch', () => translation.interpret(id, on, language));
  }

  async #translate(ids: string[]): Promise<void> {
    const id = this.#conversation.id;
    if (id === null || !this.on) return;
    const now = ids.slice(-mostAtOnce);
    for (const later of ids.slice(0, -mostAtOnce)) this.#wanted.add(later);
    try {
      await translation.translateMessages(id, now, this.#language());
    } catch (reason) {
      if (id !== this.#conversation.id) return;
      for (const failed of now) this.#failed.add(failed);
      this.error = toApiError(reason);
    }
  }
}

export const [useInterpreter, provideInterpreter] = createContext<Interpreter>();
