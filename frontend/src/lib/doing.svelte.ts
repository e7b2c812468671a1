import { toApiError, type ApiError } from '~/lib/api';

/** The ground of state that does things on the Go side: what is under way, and why the last one failed. */
export class Doing<Name extends string> {
  busy: Name | '' = $state('');
  error: ApiError | null = $state.raw(null);

  /** Does it and says whether that worked. What went wrong before can be read until then. */
  protected async do(what: Name | '', work: () => Promise<void>): Promise<boolean> {
    this.busy = what;
    try {
      await work();
      this.error = null;
      return true;
    } catch (reason) {
      this.error = toApiError(reason);
      return false;
    } finally {
      this.busy = '';
    }
  }

  /** Does it unless something is under way. */
  protected async once(what: Name | '', work: () => Promise<void>): Promise<boolean> {
    return this.busy === '' && this.do(what, work);
  }
}
