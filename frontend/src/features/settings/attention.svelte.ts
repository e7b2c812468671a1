import { attention, toApiError, type ApiError } from '~/lib/api';
import type { AttentionForm } from '~/lib/api/attention';

/** Notifications and hints, changed one by one and saved at once. */
export class AttentionStore {
  form: AttentionForm | null = $state.raw(null);
  /** Whether this system shows notifications. */
  shown = $state(false);
  error: ApiError | null = $state.raw(null);
  tried = $state(false);

  async load(): Promise<void> {
    await this.#do(() => attention.get());
  }

  async change(part: Partial<AttentionForm>): Promise<void> {
    const before = this.form;
    if (!before) return;
    const next = { ...before, ...part };
    this.form = next;
    if (!(await this.#do(() => attention.save(next)))) this.form = before;
  }

  toggleDay(day: number, on: boolean): Promise<void> {
    const days = this.form?.quietDays ?? [];
    return this.change({ quietDays: on ? [...days, day] : days.filter((other) => other !== day) });
  }

  async try(): Promise<void> {
    this.tried = await this.#do(async () => {
      await attention.tryNotification();
      return null;
    });
  }

  async #do(action: () => Promise<attention.AttentionState | null>): Promise<boolean> {
    this.tried = false;
    try {
      const state = await action();
      if (state) {
        this.form = state.form;
        this.shown = state.shown;
      }
      this.error = null;
      return true;
    } catch (reason) {
      this.error = toApiError(reason);
      return false;
    }
  }
}
