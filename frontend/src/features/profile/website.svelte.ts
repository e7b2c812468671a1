import {
  copyText,
  toApiError,
  website,
  type ApiError,
  type WebsiteDesk,
  type WebsiteFile,
  type WebsiteForm,
  type WebsiteTexts,
} from '~/lib/api';

const settleMs = 350;

/** The parts that are copied, each with its own button. */
export type WebsitePart = 'snippet' | 'policy' | 'filesPolicy' | 'link' | 'signatureHtml' | 'signatureText';

/** The website's widget and its relatives: a form that keeps itself, and what is made from it. */
export class WebsiteState {
  desk: WebsiteDesk | null = $state.raw(null);
  form: WebsiteForm = $state(blank());
  texts: WebsiteTexts | null = $state.raw(null);
  loadError: ApiError | null = $state.raw(null);
  /** Why nothing could be made; its field says which one. */
  error: ApiError | null = $state.raw(null);
  fileError: ApiError | null = $state.raw(null);
  copied: WebsitePart | null = $state(null);
  saved: WebsiteFile | null = $state(null);
  /** What is shown is older than the form. */
  outdated = $state(false);

  #timer: ReturnType<typeof setTimeout> | undefined;
  #run = 0;
  #kept = '';

  start(): () => void {
    void this.load();
    return () => {
      clearTimeout(this.#timer);
      this.#run++;
      void this.#keep().catch(() => {}); // the area is being left; the form is only a convenience
    };
  }

  async load(): Promise<void> {
    this.loadError = null;
    try {
      const desk = await website.getForm();
      this.#kept = JSON.stringify(desk.form);
      Object.assign(this.form, desk.form);
      this.desk = desk;
    } catch (reason) {
      this.loadError = toApiError(reason);
      return;
    }
    await this.settle();
  }

  changed(): void {
    this.#run++;
    this.outdated = true;
    this.copied = null;
    this.saved = null;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.settle(), settleMs);
  }

  async settle(): Promise<void> {
    clearTimeout(this.#timer);
    const run = ++this.#run;
    try {
      await this.#keep();
      const texts = await website.build($state.snapshot(this.form));
      if (run !== this.#run) return;
      this.texts = texts;
      this.error = null;
      this.outdated = false;
    } catch (reason) {
      if (run !== this.#run) return;
      this.texts = null;
      this.error = toApiError(reason);
    }
  }

  problem(...path: (string | number)[]): boolean {
    return this.error?.code === 'invalid' && this.error.field === path.join('.');
  }

  /** Copies a part as it is now, and has its notice kept: from here on visitors may see it. */
  async copy(part: WebsitePart): Promise<void> {
    this.copied = null;
    this.fileError = null;
    try {
      const texts = await website.take($state.snapshot(this.form));
      if (await copyText(texts[part])) this.copied = part;
    } catch (reason) {
      this.fileError = toApiError(reason);
    }
  }

  async save(file: WebsiteFile): Promise<void> {
    this.saved = null;
    this.fileError = null;
    try {
      if (await website.saveFile($state.snapshot(this.form), file)) this.saved = file;
    } catch (reason) {
      this.fileError = toApiError(reason);
    }
  }

  async #keep(): Promise<void> {
    if (!this.desk) return;
    const form = $state.snapshot(this.form);
    const text = JSON.stringify(form);
    if (text === this.#kept) return;
    await website.saveForm(form);
    this.#kept = text;
  }
}

function blank(): WebsiteForm {
  return {
    language: 'de',
    label: '',
    text: '',
    colour: '#1d5c87',
    scheme: 'auto',
    floating: false,
    left: false,
    showHours: true,
    readConfirmation: false,
    person: '',
  };
}
