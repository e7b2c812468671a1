import {
  codes,
  demo,
  on,
  toApiError,
  type ApiError,
  type CodeTest,
  type DemoCustomer,
  type PrintForm,
} from '~/lib/api';

/** Trying a code out: it is on the screen, and the message of whoever scans it is awaited. */
export class CodeTrial {
  test: CodeTest | null = $state.raw(null);
  error: ApiError | null = $state.raw(null);
  /** In the play shop its customers can scan. */
  people: readonly DemoCustomer[] = $state.raw([]);
  scanning = $state(false);
  passed = $derived(this.test?.passedAt ?? null);

  readonly #begin: () => Promise<CodeTest>;

  constructor(what: { form: PrintForm } | { id: string }) {
    this.#begin = () => ('form' in what ? codes.beginTest(what.form) : codes.testRegistered(what.id));
  }

  /** Begins the test and follows it; the result ends it. */
  start(): () => void {
    const stop = on('codes:changed', () => void this.#follow());
    void this.#open();
    return () => {
      stop();
      void codes.endTest().catch(() => undefined); // it ends by itself
    };
  }

  /** A customer of the play shop points the phone at the code. */
  async scan(customerId: string): Promise<void> {
    if (!this.test || this.scanning) return;
    this.scanning = true;
    try {
      await demo.scan(customerId, this.test.link);
    } catch (reason) {
      this.error = toApiError(reason);
    } finally {
      this.scanning = false;
    }
  }

  async #open(): Promise<void> {
    try {
      this.test = await this.#begin();
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  async #follow(): Promise<void> {
    if (!this.test || this.passed) return;
    try {
      const { passedAt } = await codes.getTest();
      this.test = { ...this.test, passedAt };
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  /** Only for the play shop. */
  async loadPeople(): Promise<void> {
    try {
      this.people = await demo.listCustomers();
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }
}
