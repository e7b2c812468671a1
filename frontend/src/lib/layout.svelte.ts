import { createContext } from 'svelte';

export type Size = 'wide' | 'medium' | 'narrow';

/**
 * How much fits beside each other. Widths count in rem, because at 200 % zoom half as much fits:
 * under 1,000 px (62.5 rem) the customer panel folds away, under 720 px (45 rem) the list does.
 */
export class Layout {
  #rems = $state(80);
  size: Size = $derived(this.#rems < 45 ? 'narrow' : this.#rems < 62.5 ? 'medium' : 'wide');
  railWords = $derived(this.#rems >= 85);

  measure(): void {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    this.#rems = window.innerWidth / rem;
  }

  /** Measures now and whenever the window changes; the result stops that. */
  start(): () => void {
    this.measure();
    const measure = () => this.measure();
    window.addEventListener('resize', measure);
    return () => window.removeEventListener('resize', measure);
  }
}

export const [useLayout, provideLayout] = createContext<Layout>();
