import { createContext } from 'svelte';
import { on, snippets, toApiError, type Language } from '~/lib/api';
import type { Snippet, SnippetDesk, SnippetFilled, SnippetKind } from '~/lib/api/snippets';
import { Coalesce } from '~/lib/coalesce';
import { Doing } from '~/lib/doing.svelte';

const empty: Snippet = {
  id: 0,
  folder: '',
  name: '',
  text: '',
  kind: '',
  header: '',
  footer: '',
  buttons: ['', '', ''],
  listButton: '',
  sections: [{ title: '', rows: [{ id: '', title: '', description: '' }] }],
  linkTitle: '',
  linkUrl: '',
  fileName: '',
  fileBytes: 0,
};

/** The shop's snippets and the one that is being edited. */
export class SnippetDeskState extends Doing<'save' | 'starter' | 'delete'> {
  desk: SnippetDesk | null = $state.raw(null);
  form: Snippet | null = $state(null);
  preview: SnippetFilled | null = $state.raw(null);

  #language: Language = 'de';
  #asked = 0;
  #saved = '';
  readonly #changes = new Coalesce<string>(() => this.#load());

  /** The snippets by folder, each sorted as people of this language sort. */
  readonly folders = $derived.by(() => {
    const collator = new Intl.Collator(this.#language, { sensitivity: 'base', numeric: true });
    const groups = new Map<string, Snippet[]>();
    for (const snippet of this.desk?.snippets ?? []) {
      groups.set(snippet.folder, [...(groups.get(snippet.folder) ?? []), snippet]);
    }
    return [...groups]
      .map(([name, list]) => ({ name, list: list.toSorted((a, b) => collator.compare(a.name, b.name)) }))
      .sort((a, b) => collator.compare(a.name, b.name));
  });

  /** Whether something was typed that is not saved. */
  get changed(): boolean {
    return this.form !== null && JSON.stringify(this.form) !== this.#saved;
  }

  start(language: Language): () => void {
    this.#language = language;
    void this.#load();
    const stop = on('texts:changed', () => this.#changes.add('texts'));
    return () => {
      this.#changes.cancel();
      stop();
    };
  }

  edit(snippet: Snippet | null): void {
    const base = snippet ?? empty;
    const buttons = [...base.buttons];
    while (buttons.length < 3) buttons.push('');
    const sections = base.sections.length > 0 ? base.sections : empty.sections;
    this.form = structuredClone({ ...base, buttons, sections });
    this.#saved = JSON.stringify(this.form);
    this.error = null;
    void this.show();
  }

  close(): void {
    this.form = null;
    this.preview = null;
    this.error = null;
  }

  setKind(kind: SnippetKind): void {
    if (this.form) this.form.kind = kind;
    void this.show();
  }

  /** Asks how what is typed will look. */
  async show(): Promise<void> {
    if (!this.form) return;
    const asked = ++this.#asked;
    try {
      const preview = await snippets.preview($state.snapshot(this.form), this.#language);
      if (asked === this.#asked) this.preview = preview;
    } catch (reason) {
      if (asked === this.#asked) this.error = toApiError(reason);
    }
  }

  save(): Promise<void> {
    return this.#act('save', async () => {
      if (!this.form) return;
      await snippets.save($state.snapshot(this.form));
      this.close();
    });
  }

  remove(): Promise<void> {
    return this.#act('delete', async () => {
      if (!this.form) return;
      await snippets.remove(this.form.id);
      this.close();
    });
  }

  /** Adds a file to the saved snippet, or takes it away. What was typed stays. */
  changeFile(add: boolean): Promise<void> {
    return this.#act('save', async () => {
      if (!this.form) return;
      const { fileName, fileBytes } = await (add ? snippets.attachFile : snippets.removeFile)(this.form.id);
      Object.assign(this.form, { fileName, fileBytes });
    });
  }

  addStarter(): Promise<void> {
    return this.#act('starter', () => snippets.addStarter(this.#language));
  }

  async #act(what: SnippetDeskState['busy'], action: () => Promise<void>): Promise<void> {
    await this.anew(what, async () => {
      await action();
      await this.#load();
    });
  }

  async #load(): Promise<void> {
    try {
      this.desk = await snippets.getDesk(this.#language);
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }
}

export const [useSnippetDesk, provideSnippetDesk] = createContext<SnippetDeskState>();
