import { rights, toApiError } from '~/lib/api';
import { Doing } from '~/lib/doing.svelte';
import { tooShort } from '~/lib/sealing.svelte';

type Redaction = Awaited<ReturnType<typeof rights.proposeRedactions>>[number];
type Result = Awaited<ReturnType<typeof rights.saveAccess>>;

/** The copy of everything kept about a person, for her. */
export class AccessCopy extends Doing<'save'> {
  /** The case it answers, or 0; then its number counts. */
  caseId = 0;
  number = $state('');
  authority = $state('');
  language: 'de' | 'en' = $state('de');
  passphrase = $state('');
  /** Messages that may say something about others; null until they were looked for. */
  proposals: Redaction[] | null = $state.raw(null);
  /** Those that are blacked out: at first all of them. */
  redact: string[] = $state.raw([]);
  tried = $state(false);
  result: Result | null = $state.raw(null);

  get short(): boolean {
    return tooShort(this.passphrase);
  }

  get numberMissing(): boolean {
    return this.tried && this.caseId === 0 && this.number.trim() === '';
  }

  async look(customerId: string): Promise<void> {
    try {
      this.proposals = await rights.proposeRedactions(customerId);
      this.redact = this.proposals.map((row) => row.id);
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  async save(customerId: string): Promise<void> {
    this.tried = true;
    if (this.numberMissing || this.short || this.busy || !this.proposals) return;
    await this.do('save', async () => {
      this.result = await rights.saveAccess({
        customerId,
        caseId: this.caseId,
        case: this.number,
        authority: this.authority,
        language: this.language,
        passphrase: this.passphrase,
        redact: this.redact,
      });
    });
  }
}
