import { createContext } from 'svelte';
import { broadcasts, on, toApiError, type ApiError, type Frame, type Language } from '~/lib/api';
import type {
  Broadcast,
  BroadcastDesk,
  BroadcastPlan,
  BroadcastPurpose,
  BroadcastUse,
  Recipient,
} from '~/lib/api/broadcasts';
import { broadcastPurposes } from '~/lib/api/broadcasts';
import type { Template } from '~/lib/api/templates';
import { Coalesce } from '~/lib/coalesce';

/** What a template of a category may be sent for, as app/broadcasts.go has it. */
const suits: Record<string, readonly BroadcastPurpose[]> = {
  MARKETING: ['news', 'feedback'],
  UTILITY: ['reminders', 'feedback'],
};

/** The shop's broadcasts, the one that is looked at, and the one that is being made. */
export class BroadcastDeskState {
  desk: BroadcastDesk | null = $state.raw(null);
  selectedId = $state(0);
  recipients: readonly Recipient[] = $state.raw([]);
  /** How many messages were just leaving when the selected broadcast was stopped. */
  leaving: number | null = $state(null);

  making = $state(false);
  use: BroadcastUse = $state({ templateId: '', purpose: 'news', language: 'de', values: {}, nameless: '' });
  plan: BroadcastPlan | null = $state.raw(null);
  frame: Frame | null = $state.raw(null);
  later = $state(false);

  error: ApiError | null = $state.raw(null);
  busy: 'start' | 'pause' | 'resume' | 'stop' | null = $state(null);

  readonly selected: Broadcast | null = $derived(
    this.desk?.list.find((one) => one.id === this.selectedId) ?? null,
  );
  readonly template: Template | null = $derived(
    this.desk?.templates.find((one) => one.id === this.use.templateId) ?? null,
  );
  readonly purposes: readonly BroadcastPurpose[] = $derived(
    this.template ? (suits[this.template.category] ?? []) : broadcastPurposes,
  );
  /** One that has not ended keeps another from beginning. */
  readonly open: Broadcast | null = $derived(
    this.desk?.list.find((one) => one.state === 'running' || one.state === 'paused') ?? null,
  );
  readonly needsNameless = $derived(Object.values(this.use.values).some((value) => value.includes('{Name}')));

  #asked = 0;
  readonly #changes = new Coalesce<string>(() => this.load());

  start(language: Language): () => void {
    this.use.language = language;
    void this.load();
    const stops = [
      on('broadcasts:changed', () => this.#changes.add('moved')),
      on('texts:changed', () => this.#changes.add('texts')),
      on('conversation:changed', () => {
        if (this.selected) this.#changes.add('ticks');
      }),
    ];
    return () => {
      this.#changes.cancel();
      for (const stop of stops) stop();
    };
  }

  async load(): Promise<void> {
    try {
      this.desk = await broadcasts.getDesk();
      if (this.selectedId) this.recipients = await broadcasts.listRecipients(this.selectedId);
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  async select(id: number): Promise<void> {
    this.making = false;
    this.error = null;
    this.leaving = null;
    this.recipients = [];
    this.selectedId = id;
    await this.load();
  }

  /** Begins a new one. */
  async make(): Promise<void> {
    this.selectedId = 0;
    this.making = true;
    this.error = null;
    this.plan = null;
    this.later = true; // if the shop is closed now; otherwise it begins at once
    void broadcasts
      .askLimit()
      .then(() => this.look())
      .catch(() => undefined); // without an answer the smallest limit is assumed, and said
    await this.pick(this.use.templateId || (this.desk?.templates[0]?.id ?? ''));
  }

  async pick(templateId: string): Promise<void> {
    this.use.templateId = templateId;
    this.use.values = {};
    const suitable = this.purposes;
    if (!suitable.includes(this.use.purpose)) this.use.purpose = suitable[0] ?? 'news';
    await this.look();
  }

  async pickPurpose(purpose: BroadcastPurpose): Promise<void> {
    this.use.purpose = purpose;
    await this.look();
  }

  /** Asks what the broadcast would do; values nobody wrote yet come from there. */
  async look(): Promise<void> {
    if (!this.use.templateId || !this.making) return;
    const asked = ++this.#asked;
    try {
      const plan = await broadcasts.plan($state.snapshot(this.use));
      if (asked !== this.#asked) return;
      this.plan = plan;
      this.frame = plan.frame;
      for (const field of plan.fields) this.use.values[field.key] ??= field.value;
    } catch (reason) {
      if (asked === this.#asked) this.error = toApiError(reason);
    }
  }

  async write(key: string, value: string): Promise<void> {
    this.use.values[key] = value;
    const asked = ++this.#asked;
    try {
      const frame = await broadcasts.preview($state.snapshot(this.use));
      if (asked === this.#asked) this.frame = frame;
    } catch (reason) {
      if (asked === this.#asked) this.error = toApiError(reason);
    }
  }

  /** Begins what was planned; people is the number that was typed. */
  begin(people: number): Promise<void> {
    return this.#act('start', async () => {
      const startAt = this.later ? (this.plan?.betterAt ?? null) : null;
      const id = await broadcasts.start($state.snapshot(this.use), people, startAt);
      await this.select(id);
    });
  }

  pause(): Promise<void> {
    return this.#act('pause', () => broadcasts.pause(this.selectedId));
  }

  resume(): Promise<void> {
    return this.#act('resume', () => broadcasts.resume(this.selectedId));
  }

  stop(): Promise<void> {
    return this.#act('stop', async () => {
      this.leaving = await broadcasts.stop(this.selectedId);
    });
  }

  async #act(busy: 'start' | 'pause' | 'resume' | 'stop', action: () => Promise<void>): Promise<void> {
    this.busy = busy;
    this.error = null;
    try {
      await action();
      await this.load();
    } catch (reason) {
      this.error = toApiError(reason);
      if (busy === 'start') await this.look();
    } finally {
      this.busy = null;
    }
  }
}

export const [useBroadcasts, provideBroadcasts] = createContext<BroadcastDeskState>();
