import { retention } from '~/lib/api';
import { Doing } from '~/lib/doing.svelte';

/** What was decided about keeping one message. */
export class MessageKeeping extends Doing<'ask'> {
  marks: retention.MessageMarks | null = $state.raw(null);
  reason = $state('');

  constructor(readonly messageId: string) {
    super();
  }

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
    await this.once('ask', async () => {
      await work();
      this.marks = await retention.getMarks(this.messageId);
    });
  }
}
