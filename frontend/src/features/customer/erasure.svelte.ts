import { createContext } from 'svelte';
import {
  customers,
  erasing,
  on,
  toApiError,
  type ApiError,
  type ErasurePreview,
  type ErasureReport,
} from '~/lib/api';

/** Why somebody is erased, and under which case. */
interface Occasion {
  case: string;
  trigger: erasing.ErasureWish['trigger'];
  requestedAtMs: number;
}

const unasked: Occasion = { case: '', trigger: 'user', requestedAtMs: 0 };

/** Erasing one person: the question, the work, the result. It outlives the panel it was asked in. */
export class Erasure {
  customerId = $state('');
  preview: ErasurePreview | null = $state.raw(null);
  plan: erasing.ErasurePlan | null = $state.raw(null);
  certificate: erasing.CertificateState | null = $state.raw(null);
  report: ErasureReport | null = $state.raw(null);
  error: ApiError | null = $state.raw(null);
  starting = $state(false);
  /** The refusal is being written down. */
  refusing = $state(false);
  /** The certificate was saved or printed. */
  handed = $state(false);
  /** The owner is asked whether to close without the certificate. */
  leaving = $state(false);
  #occasion = unasked;
  #choices = new Map<string, erasing.Decision>();

  get open(): boolean {
    return this.customerId !== '';
  }

  /** A certificate can be made, or can be once it is known how the erasure ends, and nobody has it. */
  get unhanded(): boolean {
    return this.report !== null && !this.handed && (this.certificate?.available ?? true);
  }

  start(): () => void {
    return on('erasure:progress', (event) => {
      if (this.report?.jobId === event.jobId) void this.#follow(event.jobId);
    });
  }

  /** Asks what erasing a customer would remove, for a case of hers or without one. */
  async ask(customerId: string, occasion: Occasion = unasked): Promise<void> {
    this.close();
    this.customerId = customerId;
    this.#occasion = occasion;
    try {
      const [preview, plan] = await Promise.all([
        customers.previewErasure(customerId),
        erasing.plan(this.#wish()),
      ]);
      if (this.customerId !== customerId) return;
      this.preview = preview;
      this.plan = plan;
    } catch (reason) {
      if (this.customerId === customerId) this.error = toApiError(reason);
    }
  }

  /** Decides about one element where the law leaves that open. */
  async decide(key: string, decision: erasing.Decision): Promise<void> {
    const { customerId } = this;
    this.#choices.set(key, decision);
    try {
      const plan = await erasing.plan(this.#wish());
      if (this.customerId === customerId) this.plan = plan;
      this.error = null;
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  /** Begins the erasure. There is no way back from here. */
  async confirm(): Promise<void> {
    if (!this.preview || this.starting || this.report || this.plan?.refused) return;
    this.starting = true;
    this.error = null;
    try {
      // What stays may have changed while the question stood there; the result tells what is so now.
      this.plan = await erasing.plan(this.#wish());
      this.report = await erasing.start(this.#wish());
      // What happened before the number of the job was known has been reported already.
      await this.#follow(this.report.jobId);
    } catch (reason) {
      this.error = toApiError(reason);
    } finally {
      this.starting = false;
    }
  }

  /** Something must stay, and the person waits for an answer. */
  get mayRefuse(): boolean {
    return this.plan?.refused === true && this.#occasion.case !== '';
  }

  /** Refuses what she asked for; her letter is then written at the request. */
  async refuse(language: string): Promise<void> {
    if (!this.mayRefuse || this.refusing) return;
    this.refusing = true;
    this.error = null;
    try {
      await erasing.refuse(this.#wish(), language);
      this.close();
    } catch (reason) {
      this.error = toApiError(reason);
    } finally {
      this.refusing = false;
    }
  }

  /** Closes the dialog, but asks first as long as that would cost the person her certificate. */
  leave(): void {
    if (this.starting) return;
    if (this.unhanded) this.leaving = true;
    else this.close();
  }

  /** Closes the dialog; a running erasure goes on, and nothing can be certified of it any more. */
  close(): void {
    if (this.report) void erasing.dropCertificate(this.report.jobId);
    this.#choices.clear();
    this.customerId = '';
    this.preview = null;
    this.plan = null;
    this.certificate = null;
    this.report = null;
    this.error = null;
    this.handed = false;
    this.leaving = false;
  }

  #wish(): erasing.ErasureWish {
    return {
      customerId: this.customerId,
      ...this.#occasion,
      choices: [...this.#choices].map(([key, decision]) => ({ key, decision })),
    };
  }

  async #follow(jobId: number): Promise<void> {
    try {
      const report = await customers.getErasure(jobId);
      if (this.report?.jobId === jobId) this.report = report;
      if (report.state !== 'done') return;
      const certificate = await erasing.getCertificate(jobId);
      if (this.report?.jobId === jobId) this.certificate = certificate;
    } catch (reason) {
      if (this.report?.jobId === jobId) this.error = toApiError(reason);
    }
  }
}

export const [useErasure, provideErasure] = createContext<Erasure>();
