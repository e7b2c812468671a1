import { exports, on, toApiError, type ApiError } from '~/lib/api';

/** Everything the shop owns, in a format other programs can read. */
export class WholeExport {
  encrypted = $state(true);
  passphrase = $state('');
  repeated = $state('');
  busy = $state(false);
  done = $state(0);
  total = $state(0);
  error: ApiError | null = $state.raw(null);
  result: exports.ExportResult | null = $state.raw(null);

  start(): () => void {
    return on('task:progress', (event) => {
      if (event.token === exports.exportTask) [this.done, this.total] = [event.done, event.total];
    });
  }

  get short(): boolean {
    return this.passphrase !== '' && [...this.passphrase].length < 12;
  }

  /** A new passphrase has to be typed twice: nobody can open the export without it. */
  get differs(): boolean {
    return this.repeated !== '' && this.repeated !== this.passphrase;
  }

  get ready(): boolean {
    return !this.encrypted || (this.passphrase !== '' && !this.short && this.repeated === this.passphrase);
  }

  async save(): Promise<void> {
    if (this.busy || !this.ready) return;
    this.busy = true;
    this.done = this.total = 0;
    this.result = null;
    this.error = null;
    try {
      const result = await exports.save(this.encrypted ? this.passphrase : '');
      if (result.saved) this.result = result;
    } catch (reason) {
      this.error = toApiError(reason);
    } finally {
      this.busy = false;
    }
  }

  async stop(): Promise<void> {
    await exports.stop().catch((reason: unknown) => (this.error = toApiError(reason)));
  }
}
