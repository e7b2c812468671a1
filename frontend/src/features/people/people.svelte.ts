import { on, people, search, toApiError, type ApiError, type PersonHit } from '~/lib/api';
import { Coalesce } from '~/lib/coalesce';

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
export class PersonSheet {
  sheet: people.PersonSheet | null = $state.raw(null);
  error: ApiError | null = $state.raw(null);
  busy = $state(false);

  readonly #changes = new Coalesce<string>(() => this.load());

  constructor(readonly customerId: string) {}

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
    if (this.busy) return;
    this.busy = true;
    try {
      await work();
      this.sheet = await people.get(this.customerId);
      this.error = null;
    } catch (reason) {
      this.error = toApiError(reason);
    } finally {
      this.busy = false;
    }
  }
}

/** The question whether two customers are one person. */
export class JoinDesk {
  text = $state('');
  hits: readonly PersonHit[] = $state.raw([]);
  preview: people.JoinPreview | null = $state.raw(null);
  error: ApiError | null = $state.raw(null);
  busy = $state(false);

  #asked = 0;

  constructor(readonly customerId: string) {}

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
    await this.#do(async () => {
      this.preview = await people.preview(this.customerId, otherId);
    });
  }

  /** Decides; it reports whether that worked. */
  async decide(otherId: string, same: boolean): Promise<boolean> {
    return this.#do(() => (same ? people.join : people.different)(this.customerId, otherId));
  }

  async #do(work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    try {
      await work();
      this.error = null;
      return true;
    } catch (reason) {
      this.error = toApiError(reason);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
