import { createContext } from 'svelte';
import { customers, on, toApiError, type ApiError, type ErasurePreview, type ErasureReport } from '~/lib/api';

/** Erasing one person: the question, the work, the result. It outlives the panel it was asked in. */
export class Erasure {
  customerId = $state('');
  preview: ErasurePreview | null = $state.raw(null);
  report: ErasureReport | null = $state.raw(null);
  error: ApiError | null = $state.raw(null);
  starting = $state(false);

  get open(): boolean {
    return this.customerId !== '';
  }

  start(): () => void {
    return on('erasure:progress', (event) => {
      if (this.report?.jobId === event.jobId) void this.#follow(event.jobId);
    });
  }

  /** Asks what erasing a customer would remove. */
  async ask(customerId: string): Promise<void> {
    this.close();
    this.customerId = customerId;
    try {
      const preview = await customers.previewErasure(customerId);
      if (this.customerId === customerId) this.preview = preview;
    } catch (reason) {
      if (this.customerId === customerId) this.error = toApiError(reason);
    }
  }

  /** Begins the erasure. There is no way back from here. */
  async confirm(): Promise<void> {
    if (!this.preview || this.starting || this.report) return;
    this.starting = true;
    this.error = null;
    try {
      this.report = await customers.erase(this.preview.customerId);
      // What happened before the number of the job was known has been reported already.
      await this.#follow(this.report.jobId);
    } catch (reason) {
      this.error = toApiError(reason);
    } finally {
      this.starting = false;
    }
  }

  /** Closes the dialog; a running erasure goes on. */
  close(): void {
    this.customerId = '';
    this.preview = null;
    this.report = null;
    this.error = null;
  }

  async #follow(jobId: number): Promise<void> {
    try {
      const report = await customers.getErasure(jobId);
      if (this.report?.jobId === jobId) this.report = report;
    } catch (reason) {
      if (this.report?.jobId === jobId) this.error = toApiError(reason);
    }
  }
}

export const [useErasure, provideErasure] = createContext<Erasure>();
