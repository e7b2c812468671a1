import { createContext } from 'svelte';

/**
 * The privacy view: while the veil is on, whatever carries data-personal is blurred (styles/base.css), for
 * the moments when somebody at the counter could read along. It is never remembered.
 */
export class Veil {
  on = $state(false);

  toggle(): void {
    this.on = !this.on;
    document.documentElement.toggleAttribute('data-veiled', this.on);
  }

  lift(): void {
    if (this.on) this.toggle();
  }
}

export const [useVeil, provideVeil] = createContext<Veil>();
