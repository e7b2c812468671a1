import { papers, type Language } from '~/lib/api';
import { Doing } from '~/lib/doing.svelte';

const paperKinds = ['record', 'measures', 'flow', 'contracts', 'checklist', 'screening', 'places'] as const;
export type PaperKind = (typeof paperKinds)[number];

/** What the part shows: the list, a paper, what the owner says, or the breaches. */
export type PaperPage = 'list' | PaperKind | 'answers' | 'breaches';

export function isPaperKind(page: string): page is PaperKind {
  return paperKinds.some((kind) => kind === page);
}

/** The papers an authority asks for, and the one that is being read. */
export class PapersDesk extends Doing<'load' | 'confirm' | 'save'> {
  desk: papers.PapersDesk | null = $state.raw(null);
  sheet: papers.PaperSheet | null = $state.raw(null);
  versions: papers.PaperVersion[] = $state.raw([]);
  page: PaperPage = $state('list');
  /** What was open before the list came back, or empty. */
  last = $state('');
  saved = $state(false);
  by = $state('');
  /** The language of the papers, which need not be the window's. */
  language: Language = $state('de');

  constructor(language: Language) {
    super();
    this.language = language;
  }

  async load(): Promise<void> {
    await this.#do('load', async () => {
      this.desk = await papers.list(this.language);
    });
  }

  async open(page: PaperPage): Promise<void> {
    this.last = page === 'list' ? this.page : '';
    this.page = page;
    this.saved = false;
    this.sheet = null;
    this.versions = [];
    await this.refresh();
  }

  /** Reads again what is shown, after something was set. */
  async refresh(): Promise<void> {
    if (!isPaperKind(this.page)) return this.load();
    const kind = this.page;
    await this.#do('load', async () => {
      const sheet = await papers.get(kind, this.language);
      const versions = sheet.confirmable ? await papers.versions(kind, this.language) : [];
      if (this.page !== kind) return;
      this.sheet = sheet;
      this.versions = versions;
    });
  }

  async speak(language: Language): Promise<void> {
    this.language = language;
    await this.refresh();
  }

  async confirm(): Promise<void> {
    const { page, sheet } = this;
    if (!isPaperKind(page) || !sheet) return;
    await this.#do('confirm', async () => {
      const { language, by } = this;
      this.sheet = await papers.confirm({ kind: page, language, by, fingerprint: sheet.fingerprint });
      this.versions = await papers.versions(page, language);
    });
  }

  async save(): Promise<void> {
    const { page } = this;
    if (!isPaperKind(page)) return;
    await this.#do('save', async () => {
      this.saved = (await papers.save(page, this.language)).saved;
    });
  }

  async saveVersion(id: number): Promise<void> {
    const { page } = this;
    if (!isPaperKind(page)) return;
    await this.#do('save', async () => {
      this.saved = (await papers.saveVersion(page, this.language, id)).saved;
    });
  }

  async #do(what: PapersDesk['busy'], work: () => Promise<void>): Promise<void> {
    this.saved = false;
    await this.do(what, work);
  }
}
