import { cases, on, toApiError, type ApiError } from '~/lib/api';

/** What one person asked for, and what was corrected about her. */
export class PersonCases {
  rows: readonly cases.Case[] = $state.raw([]);
  corrections: readonly cases.Correction[] = $state.raw([]);
  error: ApiError | null = $state.raw(null);

  constructor(readonly customerId: string) {}

  start(): () => void {
    void this.load();
    return on('customer:changed', (event) => {
      if (event.customerId === this.customerId && !event.erased) void this.load();
    });
  }

  async load(): Promise<void> {
    try {
      this.rows = await cases.of(this.customerId);
      this.corrections = await cases.corrections(this.customerId);
      this.error = null;
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  async addStatement(text: string): Promise<boolean> {
    try {
      this.corrections = await cases.addStatement(this.customerId, text);
      this.error = null;
      return true;
    } catch (reason) {
      this.error = toApiError(reason);
      return false;
    }
  }
}
