import {
  imprint,
  toApiError,
  type ApiError,
  type LegalKind,
  type LegalText,
  type PageReport,
} from '~/lib/api';

/** The generated imprint and privacy text, and what stands on the shop's pages. */
export class LegalState {
  kind: LegalKind = $state('imprint');
  language = $state('de');
  text: LegalText | null = $state.raw(null);
  report: PageReport | null = $state.raw(null);
  error: ApiError | null = $state.raw(null);
  checkError: ApiError | null = $state.raw(null);
  checking = $state(false);
  saved = $state(false);
  #run = 0;

  choose(part: { kind?: LegalKind; language?: string }): void {
    if (part.kind && part.kind !== this.kind) {
      this.report = null;
      this.checkError = null;
    }
    this.kind = part.kind ?? this.kind;
    this.language = part.language ?? this.language;
    this.saved = false;
    void this.load();
  }

  async load(): Promise<void> {
    const run = ++this.#run;
    try {
      const text = await imprint.getText(this.kind, this.language);
      if (run !== this.#run) return;
      this.text = text;
      this.error = null;
    } catch (reason) {
      if (run === this.#run) this.error = toApiError(reason);
    }
  }

  async confirm(confirmed: boolean): Promise<void> {
    if (!this.text) return;
    try {
      this.text = await imprint.confirm(this.kind, this.language, confirmed ? this.text.fingerprint : '');
      this.error = null;
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  async savePage(): Promise<void> {
    this.saved = false;
    try {
      this.saved = await imprint.savePage(this.kind, this.language);
      this.error = null;
    } catch (reason) {
      this.error = toApiError(reason);
    }
    if (this.saved) await this.load();
  }

  async check(): Promise<void> {
    if (this.checking) return;
    this.checking = true;
    this.checkError = null;
    this.report = null;
    const kind = this.kind;
    try {
      const report = await imprint.check(kind);
      if (kind === this.kind) this.report = report;
    } catch (reason) {
      if (kind === this.kind) this.checkError = toApiError(reason);
    } finally {
      this.checking = false;
    }
  }
}
