import { exports, on, toApiError } from '~/lib/api';
import { Sealing } from '~/lib/sealing.svelte';

/** Everything the shop owns, in a format other programs can read. */
export class WholeExport extends Sealing<'save'> {
  encrypted = $state(true);
  done = $state(0);
  total = $state(0);
  result: exports.ExportResult | null = $state.raw(null);

  start(): () => void {
    return on('task:progress', (event) => {
      if (event.token === exports.exportTask) [this.done, this.total] = [event.done, event.total];
    });
  }

  override get ready(): boolean {
    return !this.encrypted || super.ready;
  }

  async save(): Promise<void> {
    if (this.busy || !this.ready) return;
    this.done = this.total = 0;
    this.result = null;
    await this.anew('save', async () => {
      const result = await exports.save(this.encrypted ? this.passphrase : '');
      if (result.saved) this.result = result;
    });
  }

  async stop(): Promise<void> {
    await exports.stop().catch((reason: unknown) => (this.error = toApiError(reason)));
  }
}
