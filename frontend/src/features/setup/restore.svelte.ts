import { backups, exports } from '~/lib/api';
import { Doing } from '~/lib/doing.svelte';

/** Bringing a backup or an export back onto a computer without a shop. */
export class Restore extends Doing<'run'> {
  passphrase = $state('');
  newPassphrase = $state('');
  result: exports.ReadResult | null = $state.raw(null);

  constructor(readonly from: 'backup' | 'export') {
    super();
  }

  async run(): Promise<void> {
    await this.once('run', async () => {
      const read = this.from === 'backup' ? backups.restore : exports.read;
      const result = await read(this.passphrase, this.newPassphrase);
      if (result.chosen) this.result = result;
    });
  }
}
