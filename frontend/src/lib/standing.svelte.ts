import { createContext } from 'svelte';
import {
  counter,
  on,
  toApiError,
  type ApiError,
  type CounterState,
  type Role,
  type TryResult,
} from '~/lib/api';
import type { Screen } from './router.svelte';

/** What somebody is allowed at least. */
export type Need = 'reader' | 'staff' | 'owner';

const rank: Record<Need, number> = { reader: 1, staff: 2, owner: 3 };

/** Signs of a person, told to the Go side at most this often. */
const touchEveryMs = 10_000;
const signs = ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const;

/** Where somebody was before the window locked. It says nothing about anybody but a number. */
export interface Place {
  /** Who was there; 0 is anybody. */
  personId: number;
  screen: Screen;
  conversationId: number;
}

/** Who stands at the counter, what that person may do, and whether the window is locked. */
export class Standing {
  state: CounterState | null = $state.raw(null);
  error: ApiError | null = $state.raw(null);
  busy = $state(false);
  /** The last PIN or code was wrong. */
  wrong = $state(false);
  /** Seconds until the next try, counted down. */
  wait = $state(0);

  /** Saves what is half done; the shop's window sets it. */
  beforeLock: () => Promise<void> = () => Promise.resolve();
  /** Where to go on after unlocking, or null. */
  place: Place | null = null;

  #shop = '';
  #touchedAt = 0;
  #countdown: ReturnType<typeof setInterval> | undefined;

  /** Keeps the state true and tells the Go side of signs of a person; the result stops that. */
  start(): () => void {
    const stops = [
      on('counter:changed', () => void this.load()),
      on('attention:clicked', ({ conversationId }) => {
        if (this.state?.locked) this.place = { personId: 0, screen: 'inbox', conversationId };
      }),
    ];
    const touch = () => this.#touch();
    for (const sign of signs) window.addEventListener(sign, touch, { passive: true, capture: true });
    return () => {
      for (const stop of stops) stop();
      clearInterval(this.#countdown);
      for (const sign of signs) window.removeEventListener(sign, touch, { capture: true });
    };
  }

  /** Loads the state of a shop; nothing of it is shown before. */
  async open(shop: string): Promise<void> {
    if (shop !== this.#shop) {
      this.#shop = shop;
      this.state = null;
      this.place = null;
    }
    await this.load();
  }

  async load(): Promise<void> {
    const shop = this.#shop;
    try {
      const state = await counter.state();
      if (shop === this.#shop) this.state = state;
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  may(need: Need): boolean {
    const role = this.state?.role;
    return role ? rank[role] >= rank[need] : false;
  }

  /** Saves what is half done, then locks. */
  async lock(): Promise<void> {
    if (!this.state?.on || this.state.locked) return;
    await this.beforeLock();
    await this.#act(() => counter.lock());
  }

  unlock(personId: number, pin: string): Promise<boolean> {
    return this.#try(() => counter.unlock(personId, pin));
  }

  recover(personId: number, secret: string, newPin: string): Promise<boolean> {
    return this.#try(() => counter.recover(personId, secret, newPin));
  }

  changePin(oldPin: string, newPin: string): Promise<boolean> {
    return this.#try(() => counter.changePin(oldPin, newPin));
  }

  /** Begins locking and returns the recovery code, or null if that failed. */
  turnOn(personId: number, name: string, pin: string): Promise<string | null> {
    return this.#act(() => counter.turnOn(personId, name, pin));
  }

  newCode(): Promise<string | null> {
    return this.#act(() => counter.newCode());
  }

  turnOff(): Promise<boolean> {
    return this.#done(() => counter.turnOff());
  }

  setPin(personId: number, pin: string): Promise<boolean> {
    return this.#done(() => counter.setPin(personId, pin));
  }

  setRole(personId: number, role: Role): Promise<boolean> {
    return this.#done(() => counter.setRole(personId, role));
  }

  setIdle(minutes: number): Promise<boolean> {
    return this.#done(() => counter.setIdle(minutes));
  }

  /** Forgets what was wrong with the last try. */
  forgive(): void {
    this.wrong = false;
    this.error = null;
  }

  /** Begins anew with somebody else: a pause belongs to whoever made the tries. */
  another(): void {
    this.forgive();
    this.#countDown(0);
  }

  /** Whether an action without a result succeeded. */
  async #done(action: () => Promise<void>): Promise<boolean> {
    const did = await this.#act(async () => {
      await action();
      return true;
    });
    return did ?? false;
  }

  /** The result of an action, or null if it failed. */
  async #act<T>(action: () => Promise<T>): Promise<T | null> {
    this.forgive();
    this.busy = true;
    try {
      const result = await action();
      await this.load();
      return result;
    } catch (reason) {
      this.error = toApiError(reason);
      return null;
    } finally {
      this.busy = false;
    }
  }

  async #try(action: () => Promise<TryResult>): Promise<boolean> {
    const result = await this.#act(action);
    if (!result) return false;
    this.wrong = !result.ok;
    this.#countDown(result.waitMs);
    return result.ok;
  }

  #countDown(ms: number): void {
    clearInterval(this.#countdown);
    const until = Date.now() + ms;
    this.wait = Math.ceil(ms / 1000);
    if (ms <= 0) return;
    this.#countdown = setInterval(() => {
      this.wait = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      if (this.wait === 0) clearInterval(this.#countdown);
    }, 250);
  }

  #touch(): void {
    const now = Date.now();
    if (!this.state?.on || this.state.locked || now - this.#touchedAt < touchEveryMs) return;
    this.#touchedAt = now;
    counter.touch().catch(() => this.load());
  }
}

export const [useStanding, provideStanding] = createContext<Standing>();
