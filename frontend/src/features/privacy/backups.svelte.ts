import { backups } from '~/lib/api';
import { Sealing } from '~/lib/sealing.svelte';

/** Copies of the shop on a stick or a network drive. */
export class BackupDesk extends Sealing<'choose' | 'create' | 'test'> {
  sheet: backups.BackupSheet | null = $state.raw(null);
  tested: backups.BackupTest | null = $state.raw(null);
  made = $state(false);

  async load(): Promise<void> {
    await this.once('', async () => {
      this.sheet = await backups.get();
    });
  }

  async choose(): Promise<void> {
    await this.once('choose', async () => {
      const sheet = await backups.choose();
      if (sheet.folder !== '') this.sheet = sheet;
    });
  }

  async create(): Promise<void> {
    this.made = false;
    await this.once('create', async () => {
      this.sheet = await backups.create(this.passphrase);
      this.made = true;
      this.repeated = '';
    });
  }

  async test(): Promise<void> {
    await this.once('test', async () => {
      this.tested = await backups.test(this.passphrase);
      this.sheet = await backups.get();
    });
  }
}
