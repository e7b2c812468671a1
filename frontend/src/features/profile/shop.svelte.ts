import { createContext } from 'svelte';
import {
  shop,
  toApiError,
  type ApiError,
  type Holiday,
  type HoursWords,
  type ShopDesk,
  type ShopDetails,
} from '~/lib/api';

const settleMs = 500;

/** The shop's details: a form that keeps itself, and the words customers read of it. */
export class ShopState {
  desk: ShopDesk | null = $state.raw(null);
  /** Set once, then only its values change. */
  details: ShopDetails | null = $state(null);
  words: HoursWords | null = $state.raw(null);
  holidays: Holiday[] = $state.raw([]);
  loadError: ApiError | null = $state.raw(null);
  /** Why the details were not kept; its field says which one. */
  error: ApiError | null = $state.raw(null);
  /** Counts what was kept, for those who show what follows from it. */
  kept = $state(0);
  /** Something typed is not kept yet. */
  open = $state(false);

  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = '';
  #region = '';
  #saving: Promise<void> = Promise.resolve();

  start(): () => void {
    void this.load();
    return () => {
      clearTimeout(this.#timer);
      void this.settle();
    };
  }

  async load(): Promise<void> {
    this.loadError = null;
    try {
      const desk = await shop.getDetails();
      this.#last = JSON.stringify(desk.details);
      this.details = desk.details;
      this.desk = desk;
      await this.#describe(desk.details);
    } catch (reason) {
      this.loadError = toApiError(reason);
    }
  }

  changed(): void {
    this.open = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.settle(), settleMs);
  }

  /** Keeps what was typed, at once. Later calls wait for earlier ones. */
  settle(): Promise<void> {
    clearTimeout(this.#timer);
    this.#saving = this.#saving.then(() => this.#keep());
    return this.#saving;
  }

  problem(...path: (string | number)[]): boolean {
    return this.error?.code === 'invalid' && this.error.field === path.join('.');
  }

  async #keep(): Promise<void> {
    if (!this.details) return;
    const details = $state.snapshot(this.details);
    const text = JSON.stringify(details);
    if (text === this.#last) {
      this.open = false;
      return;
    }
    try {
      await shop.saveDetails(details);
      this.#last = text;
      this.error = null;
      this.open = false;
      this.kept++;
      await this.#describe(details);
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  async #describe(details: ShopDetails): Promise<void> {
    this.words = await shop.describeHours(details);
    if (details.region === this.#region) return;
    this.#region = details.region;
    this.holidays = details.region ? await shop.listHolidays(details.region) : [];
  }
}

export const [useShop, provideShop] = createContext<ShopState>();
