import { chatImports, on, toApiError, type ApiError } from '~/lib/api';

/** A phone's chat export on its way into a conversation. */
export class ChatImport {
  file: chatImports.ChatFile | null = $state.raw(null);
  preview: chatImports.ChatPreview | null = $state.raw(null);
  result: chatImports.ChatImported | null = $state.raw(null);
  problem: chatImports.ChatProblem | null = $state(null);
  error: ApiError | null = $state.raw(null);
  busy: '' | 'choose' | 'look' | 'run' | 'remove' = $state('');
  /** Which of the senders is the shop, as the choice's value; empty until somebody said. */
  shop = $state('');
  order: '' | 'day' | 'month' = $state('');
  done = $state(0);

  constructor(readonly conversationId: number) {}

  /** Follows the progress; call what it returns at the end. */
  start(): () => void {
    const stop = on('task:progress', (event) => {
      if (event.token === this.file?.token) this.done = event.done;
    });
    return () => {
      stop();
      void this.drop();
    };
  }

  /** Everything that only the person can know has been said. */
  get ready(): boolean {
    return this.file !== null && this.shop !== '' && (this.file.example === '' || this.order !== '');
  }

  async choose(): Promise<void> {
    await this.#do('choose', async () => {
      const file = await chatImports.choose();
      if (file.token === '') return;
      await this.drop();
      this.file = file;
      this.result = null;
      this.shop = '';
      this.order = '';
    });
  }

  async say(what: { shop?: string; order?: 'day' | 'month' }): Promise<void> {
    this.shop = what.shop ?? this.shop;
    this.order = what.order ?? this.order;
    this.preview = null;
    if (!this.ready) return;
    const asked = [this.shop, this.order];
    await this.#do('look', async () => {
      this.preview = await chatImports.preview(this.#request());
    });
    if (asked[0] !== this.shop || asked[1] !== this.order) await this.say({});
  }

  async run(): Promise<void> {
    this.done = 0;
    await this.#do('run', async () => {
      this.result = await chatImports.run(this.#request());
      if (!this.result.cancelled) this.file = null;
      this.preview = null;
    });
  }

  /** Stops what runs, and forgets the file. */
  async drop(): Promise<void> {
    const token = this.file?.token ?? '';
    this.file = null;
    this.preview = null;
    if (token !== '') await chatImports.drop(token).catch(() => undefined);
  }

  async remove(): Promise<void> {
    const id = this.result?.id ?? 0;
    if (id === 0) return;
    await this.#do('remove', async () => {
      await chatImports.remove(id, this.conversationId);
      this.result = null;
    });
  }

  #request(): chatImports.ChatImportRequest {
    return {
      token: this.file?.token ?? '',
      conversationId: this.conversationId,
      shop: Number(this.shop),
      order: this.order,
    };
  }

  async #do(busy: ChatImport['busy'], work: () => Promise<void>): Promise<void> {
    if (this.busy !== '') return;
    this.busy = busy;
    this.problem = null;
    this.error = null;
    try {
      await work();
    } catch (reason) {
      const error = toApiError(reason);
      this.problem = chatImports.toChatProblem(error.field);
      if (!this.problem) this.error = error;
    } finally {
      this.busy = '';
    }
  }
}

/** The imports into a conversation, each of which can be taken back. */
export class ImportList {
  rows: readonly chatImports.ChatImportRow[] = $state.raw([]);
  removing = $state(0);
  error: ApiError | null = $state.raw(null);

  constructor(readonly conversationId: number) {}

  async load(): Promise<void> {
    await this.#do(async () => {});
  }

  async remove(id: number): Promise<void> {
    this.removing = id;
    await this.#do(() => chatImports.remove(id, this.conversationId));
    this.removing = 0;
  }

  async #do(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.rows = await chatImports.list(this.conversationId);
      this.error = null;
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }
}
