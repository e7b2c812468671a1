import IntlMessageFormat from 'intl-messageformat';
import { createContext } from 'svelte';
import type { Language } from '~/lib/api';
import { formatBytes } from '~/lib/format/bytes';
import { TimeFormat } from '~/lib/format/time';
import de from './messages/de.json';
import en from './messages/en.json';

/** German is the source: a key exists if German has it. */
export type MessageKey = keyof typeof de;
export type MessageArgs = Record<string, string | number>;

const catalogues: Record<Language, Record<MessageKey, string>> = { de, en };

/** The words of the window in the chosen language, and the formats that go with it. */
export class I18n {
  language: Language = $state('de');
  readonly times = $derived(new TimeFormat(this.language));
  readonly #locale = $derived(this.language === 'de' ? 'de-DE' : 'en-GB');
  readonly #numbers = $derived(new Intl.NumberFormat(this.#locale));
  readonly #lists = $derived(new Intl.ListFormat(this.#locale));
  readonly #languages = $derived(new Intl.DisplayNames(this.#locale, { type: 'language' }));
  readonly #formats = new Map<string, IntlMessageFormat>();

  /** The message of a key. Arguments are inserted as text, never read as markup. */
  t = (key: MessageKey, args?: MessageArgs): string => {
    const text = catalogues[this.language][key];
    const id = `${this.language} ${key}`;
    let format = this.#formats.get(id);
    if (!format) {
      format = new IntlMessageFormat(text, this.#locale, undefined, { ignoreTag: true });
      this.#formats.set(id, format);
    }
    return String(format.format(args));
  };

  /** For keys put together from words the Go side sends. */
  has(key: string): key is MessageKey {
    return key in catalogues.de;
  }

  number(value: number): string {
    return this.#numbers.format(value);
  }

  /** "Tür, Theke und Fenster" */
  list(words: readonly string[]): string {
    return this.#lists.format(words);
  }

  /** The name of a language in the window's own: "Englisch" for "en". */
  languageName(code: string): string {
    try {
      return this.#languages.of(code) ?? code;
    } catch {
      return code;
    }
  }

  bytes(value: number): string {
    return formatBytes(value, this.#locale);
  }
}

/** The system's language if we speak it; people elsewhere get English. */
export function systemLanguage(preferred: readonly string[]): Language {
  return preferred[0]?.toLowerCase().startsWith('de') ? 'de' : 'en';
}

export const [useI18n, provideI18n] = createContext<I18n>();
