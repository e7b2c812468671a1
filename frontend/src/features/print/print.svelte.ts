import { createContext } from 'svelte';
import {
  codes,
  print,
  toApiError,
  type ApiError,
  type PrintDesk,
  type PrintFile,
  type PrintForm,
  type PrintKind,
  type PrintLayout,
  type PrintPreview,
} from '~/lib/api';

/** What is looked at: a printed thing, or the code by itself. */
export type PrintView = 'page' | 'code';

/** What no printed thing goes without; contact stands for phone or e-mail. */
export type Needed = 'number' | 'name' | 'address' | 'privacy' | 'contact';

const settleMs = 350;

function blank(): PrintForm {
  return {
    kind: '',
    paper: '',
    design: '',
    industry: '',
    language: 'de',
    number: '',
    text: '',
    place: '',
    series: '',
    linkCode: '',
    name: '',
    legalName: '',
    address: '',
    hours: '',
    phone: '',
    mail: '',
    privacy: '',
    imprint: '',
    headline: '',
    invitation: '',
    accent: '#000000',
    together: false,
    firstLabel: 1,
    copies: 0,
    offsetX: 0,
    offsetY: 0,
    bleed: 3,
    blackOnly: false,
    level: 'M',
    codeColour: '#000000',
    centre: '',
    letters: '',
    edgeMm: 40,
  };
}

/** The printing area: a form that keeps itself, and a preview that follows it. */
export class PrintDeskState {
  desk: PrintDesk | null = $state.raw(null);
  /** One object for the desk's whole life: only its values change. */
  form: PrintForm = $state(blank());
  preview: PrintPreview | null = $state.raw(null);
  /** Why the desk could not be opened, why there is no preview, why the form or a file was not kept. */
  loadError: ApiError | null = $state.raw(null);
  error: ApiError | null = $state.raw(null);
  keepError: ApiError | null = $state.raw(null);
  fileError: ApiError | null = $state.raw(null);
  /** A preview is being drawn. */
  drawing = $state(false);
  /** What is shown is older than the form. */
  outdated = $state(false);
  exporting: PrintFile | 'paper' | null = $state(null);
  saved: PrintFile | 'paper' | null = $state(null);
  view: PrintView = $state('page');

  missing: Needed[] = $derived.by(() => {
    const { form } = this;
    if (!this.desk) return [];
    const empty = (text: string) => text.trim() === '';
    if (this.view === 'code') return empty(form.number) ? ['number'] : [];
    const needed: [Needed, boolean][] = [
      ['number', empty(form.number)],
      ['name', empty(form.name)],
      ['address', empty(form.address)],
      ['contact', empty(form.phone) && empty(form.mail)],
      ['privacy', empty(form.privacy)],
    ];
    return needed.filter(([, isMissing]) => isMissing).map(([name]) => name);
  });

  layout: PrintLayout | undefined = $derived(
    this.desk?.layouts.find((l) => l.kind === this.form.kind && l.paper === this.form.paper),
  );
  papers: PrintLayout[] = $derived(this.desk?.layouts.filter((l) => l.kind === this.form.kind) ?? []);

  #timer: ReturnType<typeof setTimeout> | undefined;
  #run = 0;
  #working = false;
  #again = false;
  #proposal = '';
  #kept = '';

  /** Opens the desk; the result leaves it and keeps what was typed last. */
  start(): () => void {
    void this.load();
    return () => {
      clearTimeout(this.#timer);
      this.#run++;
      void this.#keep();
    };
  }

  async load(): Promise<void> {
    this.loadError = null;
    try {
      const desk = await print.getDesk();
      this.#proposal = await print.proposeText(desk.form);
      this.#kept = JSON.stringify(desk.form);
      Object.assign(this.form, desk.form);
      this.desk = desk;
    } catch (reason) {
      this.loadError = toApiError(reason);
      return;
    }
    await this.settle();
  }

  /** Looks at the other of the two; nothing is drawn for what nobody sees. */
  show(view: PrintView): void {
    if (this.view === view) return;
    this.view = view;
    this.preview = null;
    this.error = null;
    this.saved = null;
    this.fileError = null;
    this.#run++;
    if (this.desk) void this.settle();
  }

  /** Takes over a form that was stored elsewhere, such as one to be printed again. */
  async adopt(form: PrintForm): Promise<void> {
    Object.assign(this.form, form);
    this.#kept = JSON.stringify(form);
    this.saved = null;
    await this.settle();
  }

  /** The form was changed: what is on its way is out of date, and soon a new preview is drawn. */
  changed(): void {
    this.#run++;
    this.outdated = true;
    this.saved = null;
    this.fileError = null;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.settle(), settleMs);
  }

  /** Chooses a kind, on its usual paper. */
  chooseKind(kind: PrintKind): void {
    const layout = this.desk?.layouts.find((l) => l.kind === kind);
    if (!layout) return;
    this.form.kind = kind;
    this.choosePaper(layout.paper);
  }

  choosePaper(paper: string): void {
    this.form.paper = paper;
    this.form.firstLabel = 1;
    this.form.together = this.layout?.together ?? false;
    this.changed();
  }

  /** Fills in what the shop says of itself in its profile area. */
  async takeFromShop(): Promise<void> {
    try {
      Object.assign(this.form, await print.fillFromShop($state.snapshot(this.form)));
      this.changed();
    } catch (reason) {
      this.keepError = toApiError(reason);
    }
  }

  /** Draws at once. Never two at a time: whoever types fast must not queue up work. */
  async settle(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#working) {
      this.#again = true;
      this.drawing = true;
      return;
    }
    this.#working = true;
    do {
      this.#again = false;
      await this.#round();
    } while (this.#again);
    this.#working = false;
  }

  /** Stops waiting for the preview; what comes of it is thrown away. */
  cancel(): void {
    this.#run++;
    this.#again = false;
    this.drawing = false;
  }

  async export(file: PrintFile, fileName: string): Promise<void> {
    if (this.exporting) return;
    this.exporting = file;
    this.saved = null;
    this.fileError = null;
    try {
      const saved = await print.exportFile($state.snapshot(this.form), file, fileName);
      if (saved) this.saved = file;
    } catch (reason) {
      this.fileError = toApiError(reason);
    } finally {
      this.exporting = null;
    }
  }

  /** Opens the pages, or the calibration page, in the system's program for PDF files. */
  async toPaper(file: 'office' | 'calibration', fileName: string): Promise<void> {
    if (this.exporting) return;
    this.exporting = 'paper';
    this.saved = null;
    this.fileError = null;
    try {
      await print.openFile($state.snapshot(this.form), file, fileName);
      this.saved = file === 'office' ? 'paper' : null;
    } catch (reason) {
      this.fileError = toApiError(reason);
    } finally {
      this.exporting = null;
    }
  }

  /** Enters what came out of the printer into the register. */
  async record(): Promise<void> {
    try {
      await codes.record($state.snapshot(this.form));
      this.saved = null;
    } catch (reason) {
      this.fileError = toApiError(reason);
    }
  }

  async #round(): Promise<void> {
    const run = ++this.#run;
    await this.#propose();
    await this.#keep();
    if (run !== this.#run) return;
    if (this.missing.length > 0) {
      this.preview = null;
      this.error = null;
      this.drawing = false;
      return;
    }
    this.drawing = true;
    try {
      const draw = this.view === 'code' ? print.previewCode : print.preview;
      const preview = await draw($state.snapshot(this.form));
      if (run !== this.#run) return;
      this.preview = preview;
      this.error = null;
    } catch (reason) {
      if (run !== this.#run) return;
      this.preview = null;
      this.error = toApiError(reason);
    }
    this.outdated = false;
    this.drawing = false;
  }

  /** A proposed text follows language, industry and name until somebody writes another. */
  async #propose(): Promise<void> {
    try {
      const next = await print.proposeText($state.snapshot(this.form));
      if (this.form.text === this.#proposal) this.form.text = next;
      this.#proposal = next;
    } catch (reason) {
      this.keepError = toApiError(reason);
    }
  }

  async #keep(): Promise<void> {
    if (!this.desk) return;
    const form = $state.snapshot(this.form);
    const text = JSON.stringify(form);
    if (text === this.#kept) return;
    try {
      await print.saveForm(form);
      this.#kept = text;
      this.keepError = null;
    } catch (reason) {
      this.keepError = toApiError(reason);
    }
  }
}

export const [usePrintDesk, providePrintDesk] = createContext<PrintDeskState>();
