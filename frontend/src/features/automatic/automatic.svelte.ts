import { createContext } from 'svelte';
import { automatic, copyText, on, toApiError } from '~/lib/api';
import type {
  AutomaticDesk,
  AutomaticForm,
  AutomaticPreview,
  GeneratedText,
  NoticeDraft,
} from '~/lib/api/automatic';
import { Doing } from '~/lib/doing.svelte';

export type AutomaticPart = 'notice' | 'answers' | 'intake' | 'generated';

/** Messages the shop sends by itself: settings, the notice's draft, previews. */
export class AutomaticState extends Doing<'save' | 'confirm' | 'edit'> {
  desk: AutomaticDesk | null = $state.raw(null);
  /** The settings as they stand in the form, saved or not. */
  form: AutomaticForm | null = $state(null);
  part: AutomaticPart = $state('notice');
  /** Words of the owner's that are being written, or null. */
  editing: NoticeDraft | null = $state(null);
  preview: AutomaticPreview | null = $state.raw(null);
  generated: readonly GeneratedText[] = $state.raw([]);
  copied = $state('');
  saved = $state(false);
  #at = new Date();
  #check = 0;
  #show = 0;

  /** The settings in the form are not those that are kept. */
  readonly dirty = $derived(
    this.desk !== null && this.form !== null && JSON.stringify(this.desk.form) !== JSON.stringify(this.form),
  );
  /** The draft may be confirmed as far as the program can tell. */
  readonly confirmable = $derived(
    this.desk?.notice.drafts.every((draft) => draft.problems.every((problem) => !problem.serious)) ?? false,
  );

  start(): () => void {
    void this.load();
    return on('texts:changed', () => {
      if (!this.dirty && !this.editing && !this.busy) void this.load();
    });
  }

  async load(): Promise<void> {
    try {
      this.#take(await automatic.getDesk());
      this.error = null;
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  #take(desk: AutomaticDesk): void {
    this.desk = desk;
    this.form = structuredClone(desk.form);
  }

  async #do(what: AutomaticState['busy'], work: () => Promise<AutomaticDesk>): Promise<boolean> {
    if (this.busy) return false;
    this.saved = false;
    return this.do(what, async () => this.#take(await work()));
  }

  async save(): Promise<void> {
    const form = this.form;
    if (!form) return;
    this.saved = await this.#do('save', () => automatic.save($state.snapshot(form)));
    await this.show(this.#at);
  }

  /** Switches the notice on or off and keeps it at once; the other parts of the form are kept with it. */
  async switchNotice(value: boolean): Promise<void> {
    if (!this.form) return;
    this.form.noticeOn = value;
    await this.save();
  }

  /** The words of the notice in one language, to be changed. */
  edit(draft: NoticeDraft): void {
    this.editing = { ...draft };
  }

  /** Says what is wrong with the words as they are now. */
  async check(): Promise<void> {
    const { editing } = this;
    if (!editing) return;
    const run = ++this.#check;
    const checked = await automatic.checkNotice({ ...$state.snapshot(editing) }).catch(() => null);
    if (checked && run === this.#check && this.editing) {
      this.editing.problems = checked.problems;
      this.editing.length = checked.length;
    }
  }

  async keepWords(): Promise<void> {
    const { editing } = this;
    if (!editing) return;
    const { language, lead, body } = $state.snapshot(editing);
    if (await this.#do('edit', () => automatic.editNotice({ language, lead, body }))) this.editing = null;
  }

  /** Takes the generated words again. */
  async forgetWords(language: string): Promise<void> {
    if (await this.#do('edit', () => automatic.editNotice({ language, lead: '', body: '' })))
      this.editing = null;
  }

  async confirm(material: boolean): Promise<void> {
    const print = this.desk?.notice.fingerprint ?? '';
    this.saved = await this.#do('confirm', () => automatic.confirmNotice(print, material));
    await this.show(this.#at);
  }

  /** Shows what somebody would get who writes for the first time then. */
  async show(at: Date): Promise<void> {
    if (!this.form) return;
    this.#at = at;
    const run = ++this.#show;
    const preview = await automatic.preview($state.snapshot(this.form), at).catch(() => null);
    if (run === this.#show) this.preview = preview;
  }

  async listGenerated(): Promise<void> {
    try {
      this.generated = await automatic.listGenerated();
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  async copy(text: GeneratedText): Promise<void> {
    if (await copyText(text.text)) this.copied = `${text.kind}.${text.language}`;
  }
}

export const [useAutomatic, provideAutomatic] = createContext<AutomaticState>();
