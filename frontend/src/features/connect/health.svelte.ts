import { createContext } from 'svelte';
import { health, on, toApiError, type ApiError, type HealthState } from '~/lib/api';
import { Coalesce } from '~/lib/coalesce';

/** What the last look at the connection found; it speaks up by itself when a person is needed. */
export class HealthWatch {
  state: HealthState | null = $state.raw(null);
  checking = $state(false);
  error: ApiError | null = $state.raw(null);
  /** The text of the diagnosis while the person reads it. */
  diagnosis: string | null = $state(null);
  saved = $state('');

  readonly #changes = new Coalesce<'health'>(() => this.#load(), 500);

  start(): () => void {
    void this.#load();
    const stop = on('connection:changed', () => this.#changes.add('health'));
    return () => {
      this.#changes.cancel();
      stop();
    };
  }

  /** Looks at everything now and sends a test delivery all the way round. */
  async check(): Promise<void> {
    if (this.checking) return;
    this.checking = true;
    await this.#try(async () => {
      this.state = await health.check();
    });
    this.checking = false;
  }

  readDiagnosis(): Promise<void> {
    this.saved = '';
    return this.#try(async () => {
      this.diagnosis = await health.diagnosis();
    });
  }

  saveDiagnosis(): Promise<void> {
    return this.#try(async () => {
      this.saved = await health.saveDiagnosis();
    });
  }

  async #load(): Promise<void> {
    try {
      this.state = await health.state();
    } catch {
      // Without a real shop there is nothing to look at.
      this.state = null;
    }
  }

  async #try(action: () => Promise<void>): Promise<void> {
    this.error = null;
    try {
      await action();
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }
}

export const [useHealth, provideHealth] = createContext<HealthWatch>();
