import { createContext } from 'svelte';
import { templates, toApiError, type ApiError, type Frame, type Language } from '~/lib/api';
import type { PlaceInput, Template, TemplateTask } from '~/lib/api/templates';
import { HeaderFile } from './headerFile.svelte';

/** Choosing a template for one conversation, filling it in and sending it. */
export class TemplateSending {
  /** The conversation it is for, or null while nobody chooses. */
  conversationId: number | null = $state(null);
  list: readonly Template[] = $state.raw([]);
  phase: 'loading' | 'choose' | 'fill' | 'failed' = $state('loading');
  task: TemplateTask | null = $state.raw(null);
  frame: Frame | null = $state.raw(null);
  values: Record<string, string> = $state({});
  place = $state({ latitude: '', longitude: '', name: '', address: '' });
  error: ApiError | null = $state.raw(null);
  busy: 'refresh' | 'send' | null = $state(null);
  /** Called once the template is on its way. */
  onsent: () => void = () => {};

  #asked = 0;

  /** What still has to be filled in. */
  readonly missing = $derived(
    (this.task?.fields ?? []).filter((field) => (this.values[field.key] ?? '').trim() === ''),
  );

  readonly needsPlace = $derived(this.task?.template.frame.headerKind === 'location');
  /** The file above the text. */
  readonly file = new HeaderFile();
  readonly needsFile = $derived((this.task?.fileTypes.length ?? 0) > 0);

  get ready(): boolean {
    const place = !this.needsPlace || (degrees(this.place.latitude) && degrees(this.place.longitude));
    return (
      this.task !== null &&
      this.task.refusal === null &&
      this.task.template.obstacle === null &&
      this.missing.length === 0 &&
      place &&
      (!this.needsFile || this.file.ready)
    );
  }

  /** Opens the choice; what is known is shown at once, and Meta is asked if nothing is. */
  async open(conversationId: number): Promise<void> {
    this.conversationId = conversationId;
    this.task = null;
    this.error = null;
    this.phase = 'loading';
    try {
      let desk = await templates.getDesk();
      if (!desk.fetchedAt) desk = await templates.refresh();
      if (this.conversationId !== conversationId) return;
      this.list = desk.templates;
      this.phase = 'choose';
    } catch (reason) {
      this.error = toApiError(reason);
      this.phase = 'failed';
    }
  }

  close(): void {
    this.#asked++;
    this.conversationId = null;
    this.task = null;
    this.file.drop();
  }

  back(): void {
    this.file.drop();
    this.task = null;
    this.error = null;
    this.phase = 'choose';
  }

  async refresh(): Promise<void> {
    this.busy = 'refresh';
    this.error = null;
    try {
      this.list = (await templates.refresh()).templates;
    } catch (reason) {
      this.error = toApiError(reason);
    } finally {
      this.busy = null;
    }
  }

  async choose(template: Template, language: Language): Promise<void> {
    const id = this.conversationId;
    if (id === null) return;
    this.error = null;
    try {
      const task = await templates.prepare(template.id, id, language);
      if (this.conversationId !== id) return;
      this.values = Object.fromEntries(task.fields.map((field) => [field.key, field.value]));
      this.place = placeFields(task.place);
      this.file.begin(id, task.fileTypes);
      this.task = task;
      this.frame = task.frame;
      this.phase = 'fill';
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  async write(key: string, value: string, language: Language): Promise<void> {
    this.values[key] = value;
    const task = this.task;
    if (!task) return;
    const asked = ++this.#asked;
    try {
      const frame = await templates.preview(task.template.id, language, { ...this.values });
      if (asked === this.#asked) this.frame = frame;
    } catch (reason) {
      if (asked === this.#asked) this.error = toApiError(reason);
    }
  }

  async send(language: Language): Promise<void> {
    const { task, conversationId } = this;
    if (!task || conversationId === null || !this.ready || this.busy) return;
    this.busy = 'send';
    this.error = null;
    try {
      const { latitude, longitude, name, address } = this.place;
      const head = {
        ...(this.needsPlace
          ? { place: { latitude: number(latitude), longitude: number(longitude), name, address } }
          : {}),
        ...(this.needsFile ? { fileId: this.file.staged?.id ?? '' } : {}),
      };
      await templates.send(task.template.id, conversationId, language, { ...this.values }, head);
      this.file.sent();
      this.close();
      this.onsent();
    } catch (reason) {
      this.error = toApiError(reason);
    } finally {
      this.busy = null;
    }
  }
}

const placeFields = (place: PlaceInput | null) => ({
  latitude: place ? String(place.latitude) : '',
  longitude: place ? String(place.longitude) : '',
  name: place?.name ?? '',
  address: place?.address ?? '',
});

const number = (text: string) => Number(text.trim().replace(',', '.'));
const degrees = (text: string) => text.trim() !== '' && Number.isFinite(number(text));

export const [useTemplateSending, provideTemplateSending] = createContext<TemplateSending>();
