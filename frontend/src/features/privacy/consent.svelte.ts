import { consents, toApiError, type ApiError } from '~/lib/api';

/** What the register of consents knows of one person. */
export class ConsentCard {
  sheet: consents.ConsentSheet | null = $state.raw(null);
  error: ApiError | null = $state.raw(null);
  busy = $state(false);
  #run = 0;

  async load(customerId: string): Promise<void> {
    const run = ++this.#run;
    try {
      const sheet = await consents.getSheet(customerId);
      if (run === this.#run) {
        this.sheet = sheet;
        this.error = null;
      }
    } catch (reason) {
      if (run === this.#run) this.error = toApiError(reason);
    }
  }

  /** How the question would be worded. */
  preview(request: consents.AskConsentRequest): Promise<string> {
    return consents.preview(request);
  }

  /** Puts the question; it reports whether it went out. */
  async ask(customerId: string, request: consents.AskConsentRequest): Promise<boolean> {
    return this.#do(customerId, () => consents.ask(request));
  }

  async record(request: consents.RecordConsentRequest): Promise<boolean> {
    return this.#do(request.customerId, () => consents.record(request));
  }

  async #do(customerId: string, work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    try {
      await work();
      await this.load(customerId);
      return true;
    } catch (reason) {
      this.error = toApiError(reason);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
