import { on, people, search, toApiError, type PersonHit } from '~/lib/api';
import { Coalesce } from '~/lib/coalesce';
import { Doing } from '~/lib/doing.svelte';

/** Everybody who may be one person with somebody else and about whom nobody has decided. */
export class Proposals {
  rows: readonly people.Proposal[] = $state.raw([]);

  readonly #changes = new Coalesce<string>(() => this.load());

  /** Follows what happens; call what it returns at the end. */
  start(): () => void {
    void this.load();
    const stops = [
      on('customer:changed', (event) => this.#changes.add(event.customerId)),
      on('conversation:changed', () => this.#changes.add('')),
    ];
    return () => {
      this.#changes.cancel();
      for (const stop of stops) stop();
    };
  }

  async load(): Promise<void> {
    try {
      this.rows = await people.proposals();
    } catch {
      // A hint that is missing stops nobody.
    }
  }
}

/** Who the person of the panel is one person with, and who she may be. */
export class PersonSheet extends Doing<'ask'> {
  sheet: people.PersonSheet | null = $state.raw(null);

  readonly #changes = new Coalesce<string>(() => this.load());

  constructor(readonly customerId: string) {
    super();
  }

  start(): () => void {
    void this.load();
    const stop = on('customer:changed', (event) => {
      if (event.customerId === this.customerId && !event.erased) this.#changes.add('');
    });
    return () => {
      this.#changes.cancel();
      stop();
    };
  }

  async load(): Promise<void> {
    await this.#do(async () => {});
  }

  async part(): Promise<void> {
    const joined = this.sheet?.removable ?? '';
    if (joined === '') return;
    await this.#do(() => people.part(joined));
  }

  async #do(work: () => Promise<void>): Promise<void> {
    await this.once('ask', async () => {
      await work();
      this.sheet = await people.get(this.customerId);
    });
  }
}

/** The question whether two customers are one person. */
export class JoinDesk extends Doing<'look' | 'decide'> {
  text = $state('');
  hits: readonly PersonHit[] = $state.raw([]);
  preview: people.JoinPreview | null = $state.raw(null);

  #asked = 0;

  constructor(readonly customerId: string) {
    super();
  }

  /** Finds the second person by name, number or note. */
  async type(text: string): Promise<void> {
    this.text = text;
    const asked = ++this.#asked;
    if (text.trim() === '') {
      this.hits = [];
      return;
    }
    try {
      const query = { text, customerId: '', kinds: [], labelId: 0, from: null, to: null } as const;
      const page = await search.find({ ...query, attachment: 'any' }, '', 1);
      if (asked !== this.#asked || page.superseded) return;
      this.hits = page.people.filter((person) => person.customerId !== this.customerId);
      this.error = null;
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  async look(otherId: string): Promise<void> {
    await this.once('look', async () => {
      this.preview = await people.preview(this.customerId, otherId);
    });
  }

  /** Decides; it reports whether that worked. */
  async decide(otherId: string, same: boolean): Promise<boolean> {
    return this.once('decide', () => (same ? people.join : people.different)(this.customerId, otherId));
  }
}
