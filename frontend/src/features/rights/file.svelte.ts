import { cases, on, toApiError } from '~/lib/api';
import { Doing } from '~/lib/doing.svelte';

/** One request with all that can be done about it. */
export class OpenFile extends Doing<string> {
  file: cases.CaseFile | null = $state.raw(null);

  constructor(readonly id: number) {
    super();
  }

  start(): () => void {
    void this.load();
    return on('customer:changed', (event) => {
      if (event.customerId === this.file?.customerId && this.busy === '') void this.load();
    });
  }

  async load(): Promise<void> {
    try {
      this.file = await cases.get(this.id);
      this.error = null;
    } catch (reason) {
      this.file = null;
      this.error = toApiError(reason);
    }
  }

  /** Brings the request a step on; the result says whether that worked. */
  take(to: cases.CaseState, reason = ''): Promise<boolean> {
    return this.#do(to, () => cases.take(this.id, to, reason));
  }

  sendCode(language: string): Promise<boolean> {
    return this.#do('code', () => cases.sendCode(this.id, language));
  }

  /** Ticks a recipient off, or no longer. */
  tell(recipient: cases.RecipientKey, told: boolean): Promise<boolean> {
    return this.#do('tell', () => cases.tell(this.id, recipient, told));
  }

  restrict(ground: cases.Ground): Promise<boolean> {
    return this.#do('restrict', () => cases.restrict(this.id, ground));
  }

  lift(): Promise<boolean> {
    return this.#do('lift', () => cases.lift(this.id));
  }

  #do(what: string, act: () => Promise<cases.CaseFile>): Promise<boolean> {
    return this.once(what, async () => {
      this.file = await act();
    });
  }
}
