import { media, type Keeping } from '~/lib/api';
import { Doing } from '~/lib/doing.svelte';

type KeepingWay = 'keep' | 'days' | 'none';

const longest = 3650;
const usual = 90;

/** How long the shop keeps files, carried out at once. */
export class KeepingStore extends Doing<'ask'> {
  keeping: Keeping | null = $state.raw(null);
  /** What is typed as number of days. */
  days = $state(String(usual));
  way: KeepingWay = $state('keep');
  readonly wrong = $derived(this.way === 'days' && this.#number() === null);

  async load(): Promise<void> {
    await this.#take(media.getKeeping);
  }

  /** Keeping is carried out at once; what removes files waits for a click of its own. */
  async choose(way: KeepingWay): Promise<void> {
    this.way = way;
    if (way === 'keep') await this.#take(() => media.setKeeping(-1));
  }

  async apply(): Promise<void> {
    const days = this.way === 'none' ? 0 : this.#number();
    if (days !== null) await this.#take(() => media.setKeeping(days));
  }

  #number(): number | null {
    const days = Number(this.days.trim());
    return Number.isInteger(days) && days >= 1 && days <= longest ? days : null;
  }

  async #take(ask: () => Promise<Keeping>): Promise<void> {
    await this.do('ask', async () => {
      this.keeping = await ask();
      const { days } = this.keeping;
      this.way = days < 0 ? 'keep' : days === 0 ? 'none' : 'days';
      if (days > 0) this.days = String(days);
    });
  }
}
