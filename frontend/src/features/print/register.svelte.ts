import { createContext } from 'svelte';
import { codes, on, toApiError, type ApiError, type PrintForm, type RegisterRow } from '~/lib/api';
import { Coalesce } from '~/lib/coalesce';

/** What hangs where, and what came of it. */
export class Register {
  rows: readonly RegisterRow[] | null = $state.raw(null);
  error: ApiError | null = $state.raw(null);
  /** The entry whose deletion is asked about. */
  doomed: RegisterRow | null = $state.raw(null);
  hanging = $derived(this.rows?.filter((row) => !row.retiredAt) ?? []);
  retired = $derived(this.rows?.filter((row) => row.retiredAt) ?? []);

  readonly #changes = new Coalesce<'rows'>(() => this.load(), 150);

  start(): () => void {
    void this.load();
    const stop = on('codes:changed', () => this.#changes.add('rows'));
    return () => {
      this.#changes.cancel();
      stop();
    };
  }

  async load(): Promise<void> {
    try {
      this.rows = await codes.listRegister();
      this.error = null;
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  retire(row: RegisterRow, retired: boolean): Promise<void> {
    return this.#change(() => codes.retire(row.id, retired));
  }

  async remove(): Promise<void> {
    const row = this.doomed;
    if (!row) return;
    this.doomed = null;
    await this.#change(() => codes.remove(row.id));
  }

  /** The form to print an entry again, or null. */
  async reprint(row: RegisterRow): Promise<PrintForm | null> {
    let form: PrintForm | null = null;
    await this.#change(async () => {
      form = await codes.reprint(row.id);
    });
    return form;
  }

  async #change(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      await this.load();
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }
}

export const [useRegister, provideRegister] = createContext<Register>();
