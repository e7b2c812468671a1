import { createContext } from 'svelte';
import { on, setup, toApiError, type ConnectRequest, type ConnectResult, type SetupState } from '~/lib/api';
import { Doing } from '~/lib/doing.svelte';

/** Which screen stands before the open shop, and the steps that lead there. */
export class Setup extends Doing<'demo' | 'connect' | 'unlock' | 'reopen' | 'leave'> {
  state: SetupState | null = $state.raw(null);
  /** Shown until the person has taken the webhook address down. */
  connected: ConnectResult | null = $state.raw(null);

  /** The guided setup is on the screen, also after it has opened the shop. */
  guiding = $state(false);

  start(): () => void {
    void this.load();
    return on('setup:changed', () => {
      // While connecting, the result is shown first; #do loads the new state after it.
      if (this.busy !== 'connect') void this.load();
    });
  }

  async load(): Promise<void> {
    try {
      this.state = await setup.state();
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  startDemo(): Promise<boolean> {
    return this.#do('demo', () => setup.startDemo());
  }

  leaveDemo(): Promise<boolean> {
    return this.#do('leave', () => setup.leaveDemo());
  }

  unlock(passphrase: string): Promise<boolean> {
    return this.#do('unlock', () => setup.unlock(passphrase));
  }

  reopen(): Promise<boolean> {
    return this.#do('reopen', () => setup.reopen());
  }

  connect(request: ConnectRequest): Promise<boolean> {
    return this.#do('connect', async () => {
      this.connected = await setup.connect(request);
    });
  }

  /** The webhook address has been read. */
  finish(): void {
    this.connected = null;
  }

  async #do(what: Setup['busy'], action: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    return this.anew(what, async () => {
      await action();
      await this.load();
    });
  }
}

export const [useSetup, provideSetup] = createContext<Setup>();
