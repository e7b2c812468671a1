import { backups, toApiError, type ApiError } from '~/lib/api';

/** Copies of the shop on a stick or a network drive. */
export class BackupDesk {
  sheet: backups.BackupSheet | null = $state.raw(null);
  tested: backups.BackupTest | null = $state.raw(null);
  error: ApiError | null = $state.raw(null);
  passphrase = $state('');
  repeated = $state('');
  busy: '' | 'choose' | 'create' | 'test' = $state('');
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
    await this.#do('', async () => {
      this.sheet = await backups.get();
    });
  }

  async choose(): Promise<void> {
    await this.#do('choose', async () => {
      const sheet = await backups.choose();
      if (sheet.folder !== '') this.sheet = sheet;
    });
  }

  async create(): Promise<void> {
    this.made = false;
    await this.#do('create', async () => {
      this.sheet = await backups.create(this.passphrase);
      this.made = true;
      this.repeated = '';
    });
  }

  async test(): Promise<void> {
    await this.#do('test', async () => {
      this.tested = await backups.test(this.passphrase);
      this.sheet = await backups.get();
    });
  }

  async #do(busy: BackupDesk['busy'], work: () => Promise<void>): Promise<void> {
    if (this.busy !== '') return;
    this.busy = busy;
    try {
      await work();
      this.error = null;
    } catch (reason) {
      this.error = toApiError(reason);
    } finally {
      this.busy = '';
    }
  }
}
