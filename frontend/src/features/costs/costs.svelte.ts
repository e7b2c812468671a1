import { createContext } from 'svelte';
import { costs, toApiError, type ApiError } from '~/lib/api';
import type { CostDesk, CostLimit, CostPrices } from '~/lib/api/costs';

/** What was delivered and what it costs by the shop's own price list. */
export class CostDeskState {
  desk: CostDesk | null = $state.raw(null);
  /** What Meta says of the number now, or nothing while it does not answer. */
  limits: readonly CostLimit[] = $state.raw([]);
  prices: CostPrices | null = $state(null);
  error: ApiError | null = $state.raw(null);
  busy = $state(false);
  saved = $state(false);

  /** Share of the free service messages used this month, from 0 to 1 and beyond; null without an allowance. */
  readonly used = $derived(
    this.desk && this.desk.prices.allowance > 0 ? this.desk.serviceUsed / this.desk.prices.allowance : null,
  );

  start(): () => void {
    let live = true;
    void this.load();
    void costs
      .askLimits()
      .then((limits) => {
        if (live) this.limits = limits;
      })
      .catch(() => undefined); // the connection's own state says so already
    return () => (live = false);
  }

  async load(): Promise<void> {
    try {
      this.desk = await costs.getDesk();
      this.prices = { ...this.desk.prices };
      this.error = null;
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  async save(): Promise<void> {
    if (!this.prices) return;
    this.busy = true;
    this.saved = false;
    try {
      await costs.savePrices($state.snapshot(this.prices));
      await this.load();
      this.saved = this.error === null;
    } catch (reason) {
      this.error = toApiError(reason);
    } finally {
      this.busy = false;
    }
  }
}

export const [useCostDesk, provideCostDesk] = createContext<CostDeskState>();
