import { createContext } from 'svelte';
import { on, templates, toApiError, type Frame, type Language } from '~/lib/api';
import type {
  Template,
  TemplateDesk,
  TemplateForm,
  TemplateProblem,
  TemplateSample,
} from '~/lib/api/templates';
import { Coalesce } from '~/lib/coalesce';
import { Doing } from '~/lib/doing.svelte';

/** The shop's templates, the one that is looked at, and the one that is being written. */
export class TemplateDeskState extends Doing<'refresh' | 'create' | 'delete' | 'sample'> {
  desk: TemplateDesk | null = $state.raw(null);
  starter: readonly TemplateForm[] = $state.raw([]);
  selectedId = $state('');
  form: TemplateForm | null = $state(null);
  problems: readonly TemplateProblem[] = $state.raw([]);
  frame: Frame | null = $state.raw(null);
  /** Problems are shown once somebody has tried to hand the form in. */
  tried = $state(false);
  /** The file the reviewers will see above the text. */
  sample: TemplateSample | null = $state.raw(null);

  readonly selected: Template | null = $derived(
    this.desk?.templates.find((template) => template.id === this.selectedId) ?? null,
  );

  #language: Language = 'de';
  #asked = 0;
  readonly #changes = new Coalesce<string>(() => this.#load());

  start(language: Language): () => void {
    this.#language = language;
    void this.#load(true);
    const stop = on('texts:changed', () => this.#changes.add('texts'));
    return () => {
      this.#changes.cancel();
      stop();
    };
  }

  select(id: string): void {
    this.form = null;
    this.error = null;
    this.selectedId = id;
  }

  /** Begins a new template, empty or from a proposal. */
  write(from?: TemplateForm): void {
    this.selectedId = '';
    this.error = null;
    this.tried = false;
    this.sample = null;
    this.form = structuredClone(
      from ??
        ({
          name: '',
          language: this.#language,
          category: 'UTILITY',
          headerKind: '',
          header: '',
          headerExample: '',
          headerHandle: '',
          body: '',
          footer: '',
          examples: {},
          buttons: [],
        } as unknown as TemplateForm),
    );
    void this.show();
  }

  close(): void {
    this.form = null;
    this.error = null;
  }

  /** Chooses what stands above the text; a sample belongs to one kind. */
  setHeader(kind: string): void {
    if (!this.form) return;
    this.form.headerKind = kind;
    this.form.headerHandle = '';
    this.sample = null;
    void this.show();
  }

  async pickSample(): Promise<void> {
    const form = this.form;
    if (!form) return;
    const kind = form.headerKind;
    await this.anew('sample', async () => {
      const sample = await templates.pickSample(kind);
      if (!sample || this.form !== form || form.headerKind !== kind) return;
      this.sample = sample;
      form.headerHandle = sample.handle;
      await this.show();
    });
  }

  /** Asks what Meta would refuse and how it will look. */
  async show(): Promise<void> {
    if (!this.form) return;
    const asked = ++this.#asked;
    try {
      const { problems, frame } = await templates.check($state.snapshot(this.form));
      if (asked !== this.#asked) return;
      this.problems = problems;
      this.frame = frame;
    } catch (reason) {
      if (asked === this.#asked) this.error = toApiError(reason);
    }
  }

  async refresh(): Promise<void> {
    await this.anew('refresh', async () => {
      this.desk = await templates.refresh();
    });
  }

  async create(): Promise<void> {
    await this.show();
    this.tried = true;
    if (this.problems.length > 0) return;
    await this.anew('create', async () => {
      if (!this.form) return;
      const made = await templates.create($state.snapshot(this.form));
      this.form = null;
      await this.#load();
      this.selectedId = made.id;
    });
  }

  async remove(): Promise<void> {
    await this.anew('delete', async () => {
      await templates.remove(this.selectedId);
      this.selectedId = '';
      await this.#load();
    });
  }

  async #load(first = false): Promise<void> {
    try {
      this.desk = await templates.getDesk();
      this.starter = await templates.listStarter(this.#language);
      if (first && !this.desk.fetchedAt) await this.refresh();
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }
}

export const [useTemplateDesk, provideTemplateDesk] = createContext<TemplateDeskState>();
