import { createContext } from 'svelte';

const slimUnder = 34;

export type Size = 'wide' | 'medium' | 'narrow';

/**
 * How much fits beside each other. Widths count in rem, because at 200 % zoom half as much fits:
 * under 1,000 px (62.5 rem) the customer panel folds away, under 720 px (45 rem) the list does.
 * Under 544 px (34 rem) the window is slim: styles find data-slim on the root and save on margins.
 */
export class Layout {
  #rems = $state(80);
  #tall = $state(50);
  size: Size = $derived(this.#rems < 45 ? 'narrow' : this.#rems < 62.5 ? 'medium' : 'wide');
  railWords = $derived(this.#rems >= 85);
  /** So low that what stands at an edge has one line. */
  low = $derived(this.#tall < 32);
  slim = $derived(this.#rems < slimUnder);

  measure(): void {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    this.#rems = window.innerWidth / rem;
    this.#tall = window.innerHeight / rem;
    document.documentElement.toggleAttribute('data-slim', this.slim);
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
