import { backups } from '~/lib/api';
import { Doing } from '~/lib/doing.svelte';

/** Copies of the shop on a stick or a network drive. */
export class BackupDesk extends Doing<'choose' | 'create' | 'test'> {
  sheet: backups.BackupSheet | null = $state.raw(null);
  tested: backups.BackupTest | null = $state.raw(null);
  passphrase = $state('');
  repeated = $state('');
  made = $state(false);

  /** A new passphrase has to be typed twice: nobody can open the backup without it. */
  get differs(): boolean {
    return this.repeated !== '' && this.repeated !== this.passphrase;
  }

  get short(): boolean {
    return this.passphrase !== '' && [...this.passphrase].length < 12;
  }

  get ready(): boolean {
    return this.passphrase !== '' && !this.short && this.repeated === this.passphrase;
  }

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
