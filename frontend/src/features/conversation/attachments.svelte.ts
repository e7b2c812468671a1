import { sending, toApiError, toProblem, type FileProblem, type StagedFile } from '~/lib/api';

/** Captions may be that long. */
export const captionLimit = 1024;

/** A file in the composer, from the moment it was dropped. */
export class Attachment {
  /** How much of it has reached the Go side, 0 to 1. */
  share = $state(0);
  file: StagedFile | null = $state.raw(null);
  problem: FileProblem | null = $state(null);
  caption = $state('');
  /** What a voice note sounds like, as an address of this window; or empty. */
  sound = '';
  removed = false;

  constructor(
    readonly key: number,
    readonly name: string,
  ) {}

  get ready(): boolean {
    return this.file !== null && this.problem === null;
  }
}

/** The files that wait in the composer of the open conversation. Those of others wait with them. */
export class Attachments {
  list: readonly Attachment[] = $state.raw([]);

  #conversationId: number | null = null;
  #nextKey = 1;
  readonly #elsewhere = new Map<number, readonly Attachment[]>();

  readonly ready = $derived(this.list.filter((item) => item.ready));
  readonly busy = $derived(this.list.some((item) => item.file === null && item.problem === null));

  /** Shows the files of a conversation. */
  show(conversationId: number | null): void {
    if (this.#conversationId !== null) this.#elsewhere.set(this.#conversationId, this.list);
    this.#conversationId = conversationId;
    this.list = conversationId === null ? [] : (this.#elsewhere.get(conversationId) ?? []);
  }

  /** Takes files that were dropped, pasted or chosen in a browser, in their order. */
  async add(files: readonly File[]): Promise<void> {
    const id = this.#conversationId;
    if (id === null || files.length === 0) return;
    const added = files.map((file) => new Attachment(this.#nextKey++, file.name || 'Bild.png'));
    this.list = [...this.list, ...added];
    for (const [index, item] of added.entries()) {
      const file = files[index];
      if (!file || item.removed) continue;
      try {
        const staged = await sending.stageFile(
          id,
          file,
          item.name,
          (share) => (item.share = share),
          () => item.removed,
        );
        this.#arrived(item, staged);
      } catch (reason) {
        const error = toApiError(reason);
        item.problem = error.code === 'invalid' ? toProblem(error.field) : 'fileUnreadable';
      }
    }
  }

  /** Asks for files with the system's dialog. */
  async pick(): Promise<void> {
    const id = this.#conversationId;
    if (id === null) return;
    const files = await sending.pickFiles(id);
    const items = files.map((file) => {
      const item = new Attachment(this.#nextKey++, file.name);
      this.#arrived(item, file);
      return item;
    });
    if (id === this.#conversationId) this.list = [...this.list, ...items];
    else this.#elsewhere.set(id, [...(this.#elsewhere.get(id) ?? []), ...items]);
  }

  /** Adds a recording. */
  take(file: StagedFile, sound: Blob | null): void {
    const item = new Attachment(this.#nextKey++, file.name);
    if (sound) item.sound = URL.createObjectURL(sound);
    this.#arrived(item, file);
    this.list = [...this.list, item];
  }

  async asDocument(item: Attachment): Promise<void> {
    if (!item.file) return;
    this.#arrived(item, await sending.asDocument(item.file.id));
  }

  remove(item: Attachment): void {
    item.removed = true;
    this.#silence([item]);
    this.list = this.list.filter((other) => other !== item);
    if (item.file && item.file.id !== '') void sending.discardFile(item.file.id).catch(() => undefined);
  }

  /** Forgets files that are on their way now. */
  sent(items: readonly Attachment[]): void {
    this.#silence(items);
    this.list = this.list.filter((item) => !items.includes(item));
  }

  /** Forgets the files of the open conversation: the person they were for is gone. */
  drop(): void {
    this.#silence(this.list);
    this.list = [];
  }

  #silence(items: readonly Attachment[]): void {
    for (const item of items) if (item.sound) URL.revokeObjectURL(item.sound);
  }

  #arrived(item: Attachment, file: StagedFile): void {
    item.share = 1;
    item.file = file;
    item.problem = file.problem;
    if (item.removed && file.id !== '') void sending.discardFile(file.id).catch(() => undefined);
  }
}
