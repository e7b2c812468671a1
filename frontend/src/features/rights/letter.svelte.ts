import { cases, toApiError, type ApiError } from '~/lib/api';

/** A letter of a request while it is written. */
export class LetterForm {
  letter: cases.LetterKind = $state('receipt');
  language: 'de' | 'en' = $state('de');
  reasons = $state('');
  preview: { title: string; text: string; draft: boolean } | null = $state.raw(null);
  error: ApiError | null = $state.raw(null);
  reasonMissing = $state(false);
  busy = $state('');
  saved = $state(false);
  sent = $state(false);

  constructor(readonly caseId: number) {}

  #request(): cases.LetterRequest {
    return { caseId: this.caseId, letter: this.letter, language: this.language, reasons: this.reasons };
  }

  async show(): Promise<void> {
    const asked = JSON.stringify(this.#request());
    await this.#do('', async () => {
      const preview = await cases.previewLetter(this.#request());
      if (asked === JSON.stringify(this.#request())) this.preview = preview;
    });
  }

  async save(): Promise<void> {
    await this.#do('save', async () => {
      this.saved = await cases.saveLetter(this.#request());
    });
  }

  /** Puts the letter into the composer and returns the conversation, or 0. */
  async draft(): Promise<number> {
    let conversation = 0;
    await this.#do('draft', async () => {
      conversation = await cases.draftLetter(this.#request());
    });
    return conversation;
  }

  /** Sends the letter as it is: to restricted people nothing else can be sent. */
  async send(): Promise<void> {
    await this.#do('send', async () => {
      await cases.sendLetter(this.#request());
      this.sent = true;
    });
  }

  async confirm(): Promise<void> {
    await this.#do('confirm', async () => {
      await cases.confirmLetters(this.language);
      this.preview = await cases.previewLetter(this.#request());
    });
  }

  async #do(what: string, act: () => Promise<void>): Promise<void> {
    this.busy = what;
    try {
      await act();
      this.error = null;
      this.reasonMissing = false;
    } catch (reason) {
      const error = toApiError(reason);
      this.reasonMissing = error.field === 'reason';
      this.error = this.reasonMissing ? null : error;
      if (this.reasonMissing) this.preview = null;
    } finally {
      this.busy = '';
    }
  }
}
