import { translation, type TranslationDesk, type TranslationProvider } from '~/lib/api';
import { Doing } from '~/lib/doing.svelte';

/** Who translates: the form, the question before the first text leaves, and what was agreed. */
export class TranslationForm extends Doing<'ask'> {
  desk: TranslationDesk | null = $state.raw(null);
  provider: TranslationProvider = $state('');
  baseUrl = $state('');
  key = $state('');
  /** True while the question is asked. */
  asking = $state(false);

  async load(): Promise<void> {
    await this.#run(() => translation.getDesk());
  }

  choose(provider: TranslationProvider): void {
    this.provider = provider;
    this.key = '';
    this.error = null;
    if (provider === '' && this.desk?.provider) void this.save();
  }

  /** Keeps the service and, unless that was done before, asks whether texts may go there. */
  async save(): Promise<void> {
    const form = { provider: this.provider, baseUrl: this.baseUrl.trim(), key: this.key.trim() };
    await this.#run(() => translation.save(form));
    this.asking = this.error === null && this.desk?.provider !== '' && this.desk?.agreedAt === null;
  }

  async agree(): Promise<void> {
    const host = this.desk?.host ?? '';
    this.asking = false;
    await this.#run(() => translation.agree(host));
    // The agreement stands even if the service did not answer.
    if (this.error) this.desk = await translation.getDesk().catch(() => this.desk);
  }

  async withdraw(): Promise<void> {
    await this.#run(() => translation.withdraw());
  }

  async #run(action: () => Promise<TranslationDesk>): Promise<void> {
    await this.anew('ask', async () => {
      const desk = await action();
      this.desk = desk;
      this.provider = desk.provider;
      this.baseUrl = desk.baseUrl;
      this.key = '';
    });
  }
}
