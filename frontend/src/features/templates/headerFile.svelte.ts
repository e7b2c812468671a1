import { sending, toApiError, toProblem, type FileProblem, type StagedFile } from '~/lib/api';

/** The file above a template's text, from being chosen until it is on its way. */
export class HeaderFile {
  staged: StagedFile | null = $state.raw(null);
  name = $state('');
  problem: FileProblem | 'wrongType' | null = $state(null);
  /** How much of it has reached the Go side, 0 to 1; null while nothing moves. */
  share: number | null = $state(null);

  #conversationId = 0;
  #types: readonly string[] = [];
  #turn = 0;

  get ready(): boolean {
    return this.staged !== null && this.problem === null && this.share === null;
  }

  /** Says for whom a file of which MIME types is wanted. */
  begin(conversationId: number, types: readonly string[]): void {
    this.drop();
    this.#conversationId = conversationId;
    this.#types = types;
  }

  async take(file: File): Promise<void> {
    this.drop();
    const turn = this.#turn;
    const gone = () => turn !== this.#turn;
    this.name = file.name;
    this.share = 0;
    try {
      const staged = await sending.stageFile(
        this.#conversationId,
        file,
        file.name,
        (share) => {
          if (!gone()) this.share = share;
        },
        gone,
      );
      if (gone() || !this.#types.includes(staged.type)) discard(staged);
      if (gone()) return;
      this.problem = staged.problem ?? (this.#types.includes(staged.type) ? null : 'wrongType');
      this.staged = this.problem ? null : staged;
    } catch (reason) {
      if (gone()) return;
      const error = toApiError(reason);
      this.problem = error.code === 'invalid' ? toProblem(error.field) : 'fileUnreadable';
    }
    this.share = null;
  }

  /** Takes the file away again. */
  drop(): void {
    if (this.staged) discard(this.staged);
    this.sent();
  }

  /** Forgets a file that is on its way now. */
  sent(): void {
    this.#turn++;
    this.staged = null;
    this.name = '';
    this.problem = null;
    this.share = null;
  }
}

function discard(file: StagedFile): void {
  if (file.id) void sending.discardFile(file.id).catch(() => undefined);
}
