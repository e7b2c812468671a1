import { papers, type Language } from '~/lib/api';
import { Doing } from '~/lib/doing.svelte';

interface Said {
  text: string;
  none: boolean;
}

/** What only the owner can say for the papers. */
export class AnswersForm extends Doing<'load' | 'save'> {
  loaded = $state(false);
  officer: Said = $state({ text: '', none: false });
  tax: Said = $state({ text: '', none: false });
  help: Said = $state({ text: '', none: false });
  relay = $state(false);
  relayOwn = $state(false);
  relayOperator = $state('');
  relayPlace = $state('');
  assessed = $state('');
  saved = $state(false);

  async load(): Promise<void> {
    this.saved = false;
    await this.do('load', async () => {
      const said = await papers.answers();
      this.officer = { ...said.officer };
      this.tax = { ...said.tax };
      this.help = { ...said.help };
      this.relay = said.relay;
      this.relayOwn = said.relayOwn;
      this.relayOperator = said.relayOperator;
      this.relayPlace = said.relayPlace;
      this.assessed = said.assessed;
      this.loaded = true;
    });
  }

  async save(): Promise<void> {
    const { officer, tax, help, relay, relayOwn, relayOperator, relayPlace, assessed } = this;
    this.saved = false;
    await this.do('save', async () => {
      await papers.setAnswers({
        officer,
        tax,
        help,
        relay,
        relayOwn,
        relayOperator,
        relayPlace,
        assessed,
      } as papers.PaperAnswers);
      this.saved = true;
    });
  }
}

/** The six questions whether an impact assessment is needed. */
export class ScreeningForm extends Doing<'load' | 'save'> {
  questions: { key: string; words: string }[] = $state.raw([]);
  yes: string[] = $state([]);
  by = $state('');
  reason = $state('');

  async load(language: Language): Promise<void> {
    await this.do('load', async () => {
      const sheet = await papers.screening(language);
      this.questions = sheet.questions;
      this.yes = sheet.yes;
      this.by = sheet.by;
      this.reason = sheet.reason;
    });
  }

  answer(key: string, yes: boolean): void {
    this.yes = yes ? [...this.yes, key] : this.yes.filter((one) => one !== key);
  }

  async save(): Promise<boolean> {
    const { yes, by, reason } = this;
    return this.do('save', () =>
      papers.setScreening({ questions: [], at: '', yes, by, reason } as unknown as papers.ScreeningSheet),
    );
  }
}

/** The contracts with processors, and the one being entered. */
export class ContractsForm extends Doing<'load' | 'save' | 'file'> {
  desk: papers.ContractsDesk | null = $state.raw(null);
  party: string | null = $state(null);
  name = $state('');
  version = $state('');
  dated = $state('');
  accepted = $state('');
  acceptedBy = $state('');
  letters: string[] = $state([]);

  async load(language: Language): Promise<void> {
    await this.do('load', async () => {
      this.desk = await papers.contracts(language);
    });
  }

  begin(party: string): void {
    this.party = party;
    this.name = this.version = this.dated = this.accepted = this.acceptedBy = '';
    this.letters = [];
    this.error = null;
  }

  check(letter: string, on: boolean): void {
    this.letters = on ? [...this.letters, letter] : this.letters.filter((one) => one !== letter);
  }

  async add(file: boolean, language: Language): Promise<boolean> {
    const { party, name, version, dated, accepted, acceptedBy, letters } = this;
    if (party === null) return false;
    return this.do(file ? 'file' : 'save', async () => {
      this.desk = await papers.addContract(
        {
          id: 0,
          party,
          name,
          version,
          dated,
          accepted,
          acceptedBy,
          letters: letters.join(''),
          fileName: '',
          fileSize: 0,
        },
        file,
        language,
      );
      this.party = null;
    });
  }

  async remove(id: number, language: Language): Promise<void> {
    await this.do('save', async () => {
      await papers.deleteContract(id);
      this.desk = await papers.contracts(language);
    });
  }

  async saveFile(id: number): Promise<void> {
    await this.do('file', async () => {
      await papers.saveContractFile(id);
    });
  }
}
