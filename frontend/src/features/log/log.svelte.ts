import { log, on, toApiError } from '~/lib/api';
import { Doing } from '~/lib/doing.svelte';

/** The log in words, the erasures that are not over, and the test of erasing. */
export class LogBook extends Doing<'load' | 'more' | 'save' | 'retry' | 'test'> {
  sheet: log.LogSheet | null = $state.raw(null);
  rows: log.LogRow[] = $state.raw([]);
  running: log.ErasureRow[] = $state.raw([]);
  test: log.SelfTestResult | null = $state.raw(null);
  saved = $state(false);

  constructor(readonly language: () => string) {
    super();
  }

  start(): () => void {
    void this.load();
    return on('erasure:progress', () => void this.#follow());
  }

  async load(): Promise<void> {
    await this.once('load', async () => {
      this.sheet = await log.list(0, this.language());
      this.rows = this.sheet.rows;
      this.running = await log.listErasures();
    });
  }

  async more(): Promise<void> {
    await this.once('more', async () => {
      this.sheet = await log.list(this.rows.at(-1)?.id ?? 0, this.language());
      this.rows = [...this.rows, ...this.sheet.rows];
    });
  }

  async save(kind: 'pdf' | 'json'): Promise<void> {
    this.saved = false;
    await this.once('save', async () => {
      this.saved = await log.save(kind, this.language());
    });
  }

  async retry(): Promise<void> {
    await this.once('retry', () => log.retry());
  }

  async selfTest(): Promise<void> {
    this.test = null;
    await this.once('test', async () => {
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
}
