import { createContext } from 'svelte';
import { system, toApiError, type ApiError, type Settings } from '~/lib/api';
import { systemLanguage, type I18n } from '~/lib/i18n/i18n.svelte';

export const zoomSteps = [80, 90, 100, 110, 125, 150, 175, 200] as const;

/** The settings, carried out at once and saved at once. */
export class SettingsStore {
  settings: Settings = $state.raw({
    language: '',
    theme: 'system',
    zoom: 100,
    readReceipts: false,
    keepRevoked: false,
  });
  error: ApiError | null = $state.raw(null);

  readonly #i18n: I18n;
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');

  constructor(i18n: I18n) {
    this.#i18n = i18n;
  }

  /** Carries the settings out and follows the system's theme; the result stops that. */
  start(): () => void {
    this.#apply();
    const apply = () => this.#apply();
    this.#dark.addEventListener('change', apply);
    return () => this.#dark.removeEventListener('change', apply);
  }

  async load(): Promise<void> {
    try {
      this.settings = await system.getSettings();
      this.#apply();
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  async change(part: Partial<Settings>): Promise<void> {
    const before = this.settings;
    this.settings = { ...before, ...part };
    this.#apply();
    try {
      await system.saveSettings(this.settings);
      this.error = null;
    } catch (reason) {
      this.settings = before;
      this.#apply();
      this.error = toApiError(reason);
    }
  }

  /** One step larger or smaller. */
  zoom(direction: 1 | -1): void {
    const { zoom } = this.settings;
    const next =
      direction === 1 ? zoomSteps.find((step) => step > zoom) : zoomSteps.findLast((step) => step < zoom);
    if (next !== undefined) void this.change({ zoom: next });
  }

  #apply(): void {
    const { language, theme, zoom } = this.settings;
    this.#i18n.language = language || systemLanguage(navigator.languages);
    const root = document.documentElement;
    root.lang = this.#i18n.language;
    root.dataset['theme'] = theme === 'system' ? (this.#dark.matches ? 'dark' : 'light') : theme;
    root.style.fontSize = `${zoom}%`;
    // Whoever measures in rem must measure again.
    window.dispatchEvent(new Event('resize'));
  }
}

export const [useSettings, provideSettings] = createContext<SettingsStore>();
