import { retention, toApiError, type ApiError } from '~/lib/api';

/** What was decided about keeping one message. */
export class MessageKeeping {
  marks: retention.MessageMarks | null = $state.raw(null);
  error: ApiError | null = $state.raw(null);
  reason = $state('');
  busy = $state(false);

  constructor(readonly messageId: string) {}

  async load(): Promise<void> {
    await this.#do(() => Promise.resolve());
  }

  async archive(as: 'letter' | 'voucher'): Promise<void> {
    await this.#do(() => retention.archive(this.messageId, as, this.reason));
  }

  async sensitive(on: boolean): Promise<void> {
    await this.#do(() => retention.markSensitive(this.messageId, on));
  }

  async #do(work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      await work();
      this.marks = await retention.getMarks(this.messageId);
      this.error = null;
    } catch (reason) {
      this.error = toApiError(reason);
    } finally {
      this.busy = false;
    }
  }
}
