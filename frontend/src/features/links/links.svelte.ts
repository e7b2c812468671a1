import { createContext } from 'svelte';
import { system, toApiError, type ApiError, type LinkCheck } from '~/lib/api';

/** A link somebody wants to open: first a look at where it leads, then the system's browser. */
export class Links {
  url = $state('');
  check: LinkCheck | null = $state.raw(null);
  error: ApiError | null = $state.raw(null);

  async look(url: string): Promise<void> {
    this.close();
    this.url = url;
    try {
      const check = await system.checkLink(url);
      if (this.url === url) this.check = check;
    } catch (reason) {
      if (this.url === url) this.error = toApiError(reason);
    }
  }

  async open(): Promise<void> {
    if (!this.check?.allowed) return;
    try {
      await system.openLink(this.url);
      this.close();
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  close(): void {
    this.url = '';
    this.check = null;
    this.error = null;
  }
}

export const [useLinks, provideLinks] = createContext<Links>();
