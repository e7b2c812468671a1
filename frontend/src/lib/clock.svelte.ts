import { createContext } from 'svelte';

/** The present, as coarse as countdowns and "2 minutes ago" need it. One interval for the whole window. */
export class Clock {
  now = $state.raw(new Date());

  /** Starts ticking; the result stops it. */
  start(everyMs = 10_000): () => void {
    const id = setInterval(() => this.tick(), everyMs);
    return () => clearInterval(id);
  }

  tick(): void {
    this.now = new Date();
  }
}

export const [useClock, provideClock] = createContext<Clock>();
