import { createContext } from 'svelte';
import { cases, on, toApiError, type ApiError } from '~/lib/api';
import { Coalesce } from '~/lib/coalesce';

/** All requests of the shop, and which one is open on the desk. */
export class RightsDesk {
  sheet: cases.CaseSheet | null = $state.raw(null);
  error: ApiError | null = $state.raw(null);
  /** The request that is shown, 0 for the list. */
  shown = $state(0);

  readonly #changes = new Coalesce<string>(() => this.load());

  /** How many people wait for an answer. */
  get open(): number {
    return this.sheet?.open.length ?? 0;
  }

  /** Follows what happens; call what it returns at the end. */
  start(): () => void {
    void this.load();
    const stops = [
      on('customer:changed', (event) => this.#changes.add(event.customerId)),
      on('conversation:changed', () => this.#changes.add('')),
    ];
    return () => {
      this.#changes.cancel();
      for (const stop of stops) stop();
    };
  }

  /** The open requests of a person, what is due first first. */
  of(customerId: string): readonly cases.Case[] {
    return this.sheet?.open.filter((row) => row.customerId === customerId) ?? [];
  }

  async load(): Promise<void> {
    try {
      this.sheet = await cases.list();
      this.error = null;
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }
}

export const [useRights, provideRights] = createContext<RightsDesk>();
