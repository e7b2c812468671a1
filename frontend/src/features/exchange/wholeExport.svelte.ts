import { exports, toApiError } from '~/lib/api';
import { Sealing } from '~/lib/sealing.svelte';
import { TaskProgress } from '~/lib/taskProgress.svelte';

/** Everything the shop owns, in a format other programs can read. */
export class WholeExport extends Sealing<'save'> {
  encrypted = $state(true);
  readonly progress = new TaskProgress(exports.exportTask);
  result: exports.ExportResult | null = $state.raw(null);

  override get ready(): boolean {
    return !this.encrypted || super.ready;
  }

  async save(): Promise<void> {
    if (this.busy || !this.ready) return;
    this.progress.reset();
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
