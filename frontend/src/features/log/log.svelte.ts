import { log, on, toApiError, type ApiError } from '~/lib/api';

/** The log in words, the erasures that are not over, and the test of erasing. */
export class LogBook {
  sheet: log.LogSheet | null = $state.raw(null);
  rows: log.LogRow[] = $state.raw([]);
  running: log.ErasureRow[] = $state.raw([]);
  test: log.SelfTestResult | null = $state.raw(null);
  error: ApiError | null = $state.raw(null);
  saved = $state(false);
  busy: '' | 'load' | 'more' | 'save' | 'retry' | 'test' = $state('');

  constructor(readonly language: () => string) {}

  start(): () => void {
    void this.load();
    return on('erasure:progress', () => void this.#follow());
  }

  async load(): Promise<void> {
    await this.#do('load', async () => {
      this.sheet = await log.list(0, this.language());
      this.rows = this.sheet.rows;
      this.running = await log.listErasures();
    });
  }

  async more(): Promise<void> {
    await this.#do('more', async () => {
      this.sheet = await log.list(this.rows.at(-1)?.id ?? 0, this.language());
      this.rows = [...this.rows, ...this.sheet.rows];
    });
  }

  async save(kind: 'pdf' | 'json'): Promise<void> {
    this.saved = false;
    await this.#do('save', async () => {
      this.saved = await log.save(kind, this.language());
    });
  }

  async retry(): Promise<void> {
    await this.#do('retry', () => log.retry());
  }

  async selfTest(): Promise<void> {
    this.test = null;
    await this.#do('test', async () => {
      this.test = await log.selfTest();
      this.sheet = await log.list(0, this.language());
      this.rows = this.sheet.rows;
    });
  }

  async #follow(): Promise<void> {
    if (this.busy === 'test') return;
    try {
      this.running = await log.listErasures();
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  async #do(busy: LogBook['busy'], work: () => Promise<void>): Promise<void> {
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
