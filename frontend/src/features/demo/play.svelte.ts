import { createContext } from 'svelte';
import {
  codes,
  demo,
  on,
  toApiError,
  type ApiError,
  type DemoCustomer,
  type DemoMessage,
  type RegisterRow,
} from '~/lib/api';
import { Coalesce } from '~/lib/coalesce';

/** Being the customer: the people of the play shop and the phone of one of them. */
export class Play {
  people: readonly DemoCustomer[] = $state.raw([]);
  chosenId = $state('');
  messages: readonly DemoMessage[] = $state.raw([]);
  text = $state('');
  error: ApiError | null = $state.raw(null);
  /** The codes the phone can point at, while it is about to; otherwise null. */
  codes: readonly RegisterRow[] | null = $state.raw(null);
  chosen = $derived(this.people.find((person) => person.id === this.chosenId));

  readonly #changes = new Coalesce<'thread'>(() => this.#loadThread(), 150);

  start(): () => void {
    void this.#loadPeople();
    const stop = on('conversation:changed', () => this.#changes.add('thread'));
    return () => {
      this.#changes.cancel();
      stop();
    };
  }

  async choose(id: string): Promise<void> {
    this.chosenId = id;
    this.messages = [];
    this.text = '';
    await this.#loadThread();
  }

  async say(): Promise<void> {
    const text = this.text.trim();
    if (text === '' || this.chosenId === '') return;
    this.text = '';
    try {
      await demo.say(this.chosenId, text);
      await this.#loadThread();
    } catch (reason) {
      this.text = text;
      this.error = toApiError(reason);
    }
  }

  /** Looks for codes that hang and type something. */
  async lookForCodes(): Promise<void> {
    try {
      this.codes = (await codes.listRegister()).filter((row) => !row.retiredAt && row.text !== '');
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  /** The phone reads a code and sends what it types. */
  async scan(link: string): Promise<void> {
    this.codes = null;
    try {
      await demo.scan(this.chosenId, link);
      await this.#loadThread();
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  async #loadPeople(): Promise<void> {
    try {
      this.people = await demo.listCustomers();
      const first = this.people[0];
      if (first && this.chosenId === '') await this.choose(first.id);
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  async #loadThread(): Promise<void> {
    const id = this.chosenId;
    if (id === '') return;
    try {
      const messages = await demo.thread(id);
      if (id !== this.chosenId) return;
      this.messages = messages;
      this.error = null;
    } catch (reason) {
      if (id === this.chosenId) this.error = toApiError(reason);
    }
  }
}

export const [usePlay, providePlay] = createContext<Play>();
