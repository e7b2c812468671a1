import { backups, toApiError, type ApiError } from '~/lib/api';

type Result = Awaited<ReturnType<typeof backups.restore>>;

/** Bringing a backup back onto a computer without a shop. */
export class Restore {
  passphrase = $state('');
  newPassphrase = $state('');
  busy = $state(false);
  error: ApiError | null = $state.raw(null);
  result: Result | null = $state.raw(null);

  async run(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      const result = await backups.restore(this.passphrase, this.newPassphrase);
      if (result.chosen) this.result = result;
      this.error = null;
    } catch (reason) {
      this.error = toApiError(reason);
    } finally {
      this.busy = false;
    }
  }
}
