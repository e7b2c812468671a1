import { cases, on, toApiError, type ApiError } from '~/lib/api';

/** One request with all that can be done about it. */
export class OpenFile {
  file: cases.CaseFile | null = $state.raw(null);
  error: ApiError | null = $state.raw(null);
  busy = $state('');

  constructor(readonly id: number) {}

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

  restrict(ground: cases.Ground): Promise<boolean> {
    return this.#do('restrict', () => cases.restrict(this.id, ground));
  }

  lift(): Promise<boolean> {
    return this.#do('lift', () => cases.lift(this.id));
  }

  async #do(what: string, act: () => Promise<cases.CaseFile>): Promise<boolean> {
    if (this.busy !== '') return false;
    this.busy = what;
    try {
      this.file = await act();
      this.error = null;
      return true;
    } catch (reason) {
      this.error = toApiError(reason);
      return false;
    } finally {
      this.busy = '';
    }
  }
}
