import { backups } from '~/lib/api';
import { Doing } from '~/lib/doing.svelte';

type Result = Awaited<ReturnType<typeof backups.restore>>;

/** Bringing a backup back onto a computer without a shop. */
export class Restore extends Doing<'run'> {
  passphrase = $state('');
  newPassphrase = $state('');
  result: Result | null = $state.raw(null);

  async run(): Promise<void> {
    await this.once('run', async () => {
      const result = await backups.restore(this.passphrase, this.newPassphrase);
      if (result.chosen) this.result = result;
    });
  }
}
