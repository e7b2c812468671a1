import { retention, toApiError, type ApiError } from '~/lib/api';

/** What a law keeps longer than its purpose. */
export class Archive {
  rows: retention.ArchiveRow[] | null = $state.raw(null);
  error: ApiError | null = $state.raw(null);

  async load(): Promise<void> {
    try {
      this.rows = await retention.listArchive();
      this.error = null;
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  async hold(id: number, hold: boolean): Promise<void> {
    try {
      await retention.holdArchive(id, hold);
      await this.load();
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }
}
