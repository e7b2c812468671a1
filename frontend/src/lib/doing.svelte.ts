import { toApiError, type ApiError } from '~/lib/api';

/** The ground of state that does things on the Go side: what is under way, and why the last one failed. */
export class Doing<Name extends string> {
  busy: Name | '' = $state('');
  error: ApiError | null = $state.raw(null);

  /** Does it and says whether that worked. What went wrong before can be read until then. */
  protected do(what: Name | '', work: () => Promise<void>): Promise<boolean> {
    return this.#run(what, async () => {
      await work();
      this.error = null;
    });
  }

  /** Forgets what went wrong before, then does it; what the work itself notes as an error stays. */
  protected anew(what: Name | '', work: () => Promise<void>): Promise<boolean> {
    this.error = null;
    return this.#run(what, work);
  }

  /** Does it unless something is under way. */
  protected async once(what: Name | '', work: () => Promise<void>): Promise<boolean> {
    return this.busy === '' && this.do(what, work);
  }

  async #run(what: Name | '', work: () => Promise<void>): Promise<boolean> {
    this.busy = what;
    try {
      await work();
      return true;
    } catch (reason) {
      this.error = toApiError(reason);
      return false;
    } finally {
      this.busy = '';
    }
  }
}
