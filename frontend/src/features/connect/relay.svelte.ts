import { on, relay, type CheckResult, type RelayDevice, type RelayState } from '~/lib/api';
import { Doing } from '~/lib/doing.svelte';

/** The shop's mailbox: pairing, its computers, and where the provider delivers. */
export class RelayStore extends Doing<'pair' | 'check' | 'remove' | 'leave' | 'point'> {
  state: RelayState | null = $state.raw(null);
  /** What pointing the callback found. */
  pointed: CheckResult | null = $state.raw(null);
  checked = $state(false);

  start(): () => void {
    void this.load();
    return on('connection:changed', () => void this.load());
  }

  async load(): Promise<void> {
    try {
      this.state = await relay.state();
    } catch {
      this.state = null;
    }
  }

  pair = (address: string, code: string) =>
    this.#do('pair', async () => {
      this.state = await relay.pair(address, code);
    });

  check = () =>
    this.#do('check', async () => {
      this.state = await relay.check();
      this.checked = true;
    });

  remove = (device: RelayDevice) =>
    this.#do('remove', async () => {
      this.state = await relay.removeDevice(device.id);
    });

  leave = () =>
    this.#do('leave', async () => {
      await relay.leave();
      this.state = await relay.state();
    });

  point = () =>
    this.#do('point', async () => {
      this.pointed = await relay.pointCallback();
    });

  async #do(what: RelayStore['busy'], action: () => Promise<void>): Promise<boolean> {
    if (this.busy !== '') return false;
    this.pointed = null;
    this.checked = false;
    return this.anew(what, action);
  }
}
