import { createContext } from 'svelte';

export type Screen = 'inbox' | 'print' | 'profile' | 'play' | 'settings' | 'connection';

/** Which area of the open shop is shown. */
export class Router {
  screen: Screen = $state('inbox');

  go(screen: Screen): void {
    this.screen = screen;
  }
}

export const [useRouter, provideRouter] = createContext<Router>();
