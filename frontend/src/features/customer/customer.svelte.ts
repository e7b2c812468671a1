import { createContext } from 'svelte';
import { customers, on, toApiError, type ApiError, type Customer } from '~/lib/api';
import { Coalesce } from '~/lib/coalesce';

/** What the shop knows about the person of the open conversation. */
export class CustomerCard {
  customer: Customer | null = $state.raw(null);
  error: ApiError | null = $state.raw(null);

  #id = '';
  readonly #changes = new Coalesce<string>(() => this.#load());

  start(): () => void {
    const stops = [
      on('customer:changed', (event) => {
        if (event.customerId !== this.#id) return;
        if (event.erased) this.show('');
        else this.#changes.add(event.customerId);
      }),
      // A new message changes the counts.
      on('conversation:changed', () => {
        if (this.#id !== '') this.#changes.add(this.#id);
      }),
    ];
    return () => {
      this.#changes.cancel();
      for (const stop of stops) stop();
    };
  }

  /** Shows a customer; empty shows none. */
  show(customerId: string): void {
    if (customerId === this.#id) return;
    this.#id = customerId;
    this.customer = null;
    this.error = null;
    if (customerId !== '') void this.#load();
  }

  /** Sets the shop's name for the customer; it reports whether that worked. */
  async rename(shopName: string): Promise<boolean> {
    try {
      await customers.rename(this.#id, shopName.trim());
      await this.#load();
      return true;
    } catch (reason) {
      this.error = toApiError(reason);
      return false;
    }
  }

  async #load(): Promise<void> {
    const id = this.#id;
    try {
      const customer = await customers.getCustomer(id);
      if (id !== this.#id) return;
      this.customer = customer;
      this.error = null;
    } catch (reason) {
      if (id === this.#id) this.error = toApiError(reason);
    }
  }
}

export const [useCustomer, provideCustomer] = createContext<CustomerCard>();
