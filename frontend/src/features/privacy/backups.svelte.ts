import { backups, toApiError } from '~/lib/api';
import { Sealing } from '~/lib/sealing.svelte';
import { TaskProgress } from '~/lib/taskProgress.svelte';

/** Copies of the shop on a stick or a network drive. */
export class BackupDesk extends Sealing<'choose' | 'create' | 'test'> {
  sheet: backups.BackupSheet | null = $state.raw(null);
  tested: backups.BackupTest | null = $state.raw(null);
  made = $state(false);
  readonly progress = new TaskProgress(backups.backupTask);
  #stopped = false;

  /** Whether something runs that can be stopped. */
  get running(): boolean {
    return this.busy === 'create' || this.busy === 'test';
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
    this.#begin();
    await this.once('create', async () => {
      this.sheet = await backups.create(this.passphrase);
      if (this.#stopped) return;
      this.made = true;
      this.repeated = '';
    });
  }

  async test(): Promise<void> {
    this.#begin();
    await this.once('test', async () => {
      const tested = await backups.test(this.passphrase);
      if (tested.atMs > 0) this.tested = tested;
      this.sheet = await backups.get();
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await backups.stop().catch((reason: unknown) => (this.error = toApiError(reason)));
  }

  #begin(): void {
    if (this.busy !== '') return;
    this.#stopped = this.made = false;
    this.tested = null;
    this.progress.reset();
  }
}
