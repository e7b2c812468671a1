import { retention, toApiError, type ApiError } from '~/lib/api';

/** What a conversation is about, which decides how long it is kept. */
export class MatterCard {
  matter: retention.Matter | null = $state.raw(null);
  error: ApiError | null = $state.raw(null);
  #run = 0;

  async load(conversationId: number): Promise<void> {
    const run = ++this.#run;
    try {
      const matter = await retention.getMatter(conversationId);
      if (run === this.#run) this.matter = matter;
    } catch (reason) {
      if (run === this.#run) this.error = toApiError(reason);
    }
  }

  async change(to: Partial<retention.Matter>): Promise<void> {
    if (!this.matter) return;
    const next = { ...this.matter, ...to };
    try {
      await retention.setMatter(next);
      this.matter = next;
      this.error = null;
    } catch (reason) {
      this.error = toApiError(reason);
      await this.load(next.conversationId);
    }
  }
}
