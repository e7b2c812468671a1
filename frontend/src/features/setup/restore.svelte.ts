import { backups, exports, toApiError } from '~/lib/api';
import { Doing } from '~/lib/doing.svelte';
import { TaskProgress } from '~/lib/taskProgress.svelte';

/** Bringing a backup or an export back onto a computer without a shop. */
export class Restore extends Doing<'run'> {
  passphrase = $state('');
  newPassphrase = $state('');
  result: exports.ReadResult | null = $state.raw(null);
  readonly progress: TaskProgress;

  constructor(readonly from: 'backup' | 'export') {
    super();
    this.progress = new TaskProgress(from === 'backup' ? backups.backupTask : exports.exportTask);
  }

  async run(): Promise<void> {
    if (this.busy === '') this.progress.reset();
    await this.once('run', async () => {
      const read = this.from === 'backup' ? backups.restore : exports.read;
      const result = await read(this.passphrase, this.newPassphrase);
      if (result.chosen) this.result = result;
    });
  }

  /** Stops what is being brought back; nothing of it stays. */
  async stop(): Promise<void> {
    const stop = this.from === 'backup' ? backups.stop : exports.stop;
    await stop().catch((reason: unknown) => (this.error = toApiError(reason)));
  }
}
