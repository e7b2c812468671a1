import { createContext } from 'svelte';

export type Screen =
  'inbox' | 'texts' | 'numbers' | 'print' | 'profile' | 'privacy' | 'play' | 'settings' | 'connection';

/** Which area of the open shop is shown. */
export class Router {
  screen: Screen = $state('inbox');
  /** Which part of the texts is shown. */
  texts: 'snippets' | 'templates' | 'automatic' | 'broadcast' = $state('snippets');

  /** Which part of the privacy area is shown. */
  privacy: 'cases' | 'keeping' | 'papers' | 'backup' | 'log' = $state('cases');

  /** The data breach to open in the papers, or 0. */
  breach = $state(0);

  /** Which part of the settings is shown. */
  settings: 'general' | 'work' | 'protection' | 'files' | 'connection' = $state('general');

  go(screen: Screen): void {
    this.screen = screen;
  }
}

export const [useRouter, provideRouter] = createContext<Router>();
