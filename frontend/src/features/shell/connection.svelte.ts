import { createContext } from 'svelte';
import { on, setup, system, toApiError, type ApiError, type Connection } from '~/lib/api';
import { Coalesce } from '~/lib/coalesce';

/** How one side of the connection stands, as the foot of the rail says it. */
export type ConnectionSummary = 'unknown' | 'connected' | 'offline' | 'paused' | 'notReceiving' | 'stopped';

/** Whether messages come in and go out. Always visible. */
export class ConnectionWatch {
  state: Connection | null = $state.raw(null);
  error: ApiError | null = $state.raw(null);
  checking = $state(false);
  checkError: ApiError | null = $state.raw(null);
  summary: ConnectionSummary = $derived.by(() => {
    const { state } = this;
    if (!state) return 'unknown';
    if (state.sending === 'paused') return 'paused';
    if (state.receiving === 'failed') return 'notReceiving';
    if (state.receiving === 'stopped') return 'stopped';
    return state.sending === 'offline' ? 'offline' : 'connected';
  });

  readonly #changes = new Coalesce<'connection'>(() => this.#load(), 200);

  start(): () => void {
    void this.#load();
    const stops = [
      on('connection:changed', () => this.#changes.add('connection')),
      on('conversation:changed', () => this.#changes.add('connection')),
    ];
    return () => {
      this.#changes.cancel();
      for (const stop of stops) stop();
    };
  }

  /** Tries again what does not work; `checkError` says what still stands in the way. */
  async check(): Promise<void> {
    if (this.checking) return;
    this.checking = true;
    this.checkError = null;
    try {
      this.state = await system.checkConnection();
    } catch (reason) {
      this.checkError = toApiError(reason);
      await this.#load();
    } finally {
      this.checking = false;
    }
  }

  /** Checks and stores a new access token; it throws an ApiError if the provider refuses it. */
  async replaceToken(token: string): Promise<void> {
    await setup.replaceToken(token);
    await this.#load();
  }

  async #load(): Promise<void> {
    try {
      this.state = await system.connection();
      this.error = null;
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }
}

export const [useConnection, provideConnection] = createContext<ConnectionWatch>();
