import { createContext } from 'svelte';
import { numbers, on, toApiError, type ApiError } from '~/lib/api';
import type { NumbersPage } from '~/lib/api/numbers';
import { Coalesce } from '~/lib/coalesce';

/** What was counted, over days or months. */
export class NumbersState {
  page: NumbersPage | null = $state.raw(null);
  months = $state(false);
  error: ApiError | null = $state.raw(null);
  exported = $state(false);

  readonly empty = $derived(this.page !== null && this.page.since === '');
  /** The hour most messages come in at, or null without any. */
  readonly busiest: number | null = $derived.by(() => {
    const hours = this.page?.hours ?? [];
    const most = Math.max(0, ...hours);
    return most > 0 ? hours.indexOf(most) : null;
  });

  readonly #changes = new Coalesce<string>(() => this.load());

  start(): () => void {
    void this.load();
    const stop = on('conversation:changed', () => this.#changes.add('counted'));
    return () => {
      this.#changes.cancel();
      stop();
    };
  }

  async load(): Promise<void> {
    const months = this.months;
    try {
      const page = await numbers.getPage(months);
      if (months !== this.months) return;
      this.page = page;
      this.error = null;
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  async show(months: boolean): Promise<void> {
    this.months = months;
    await this.load();
  }

  async keep(months: number): Promise<void> {
    try {
      await numbers.saveKeep(months);
      await this.load();
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  async save(name: string, words: Record<string, string>): Promise<void> {
    this.exported = false;
    try {
      this.exported = await numbers.exportTable(name, words);
      this.error = null;
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }
}

export const [useNumbers, provideNumbers] = createContext<NumbersState>();
