import { papers, type Language } from '~/lib/api';
import { Doing } from '~/lib/doing.svelte';

export const breachSteps = ['what', 'whom', 'effects', 'risk', 'told'] as const;
export type BreachStep = (typeof breachSteps)[number];

/** Local time as the browser's field wants it: "2026-11-22T14:05". */
export function toField(ms: number): string {
  if (ms === 0) return '';
  const at = new Date(ms);
  return new Date(ms - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function fromField(text: string): number {
  const at = new Date(text).getTime();
  return Number.isNaN(at) ? 0 : at;
}

/** The register of breaches and the entry being written. */
export class Breaches extends Doing<'load' | 'save' | 'paper'> {
  sheet: papers.BreachesSheet | null = $state.raw(null);
  row: papers.BreachRow | null = $state(null);
  preview: papers.PaperSheet | null = $state.raw(null);
  step: BreachStep = $state('what');
  saved = $state(false);

  async load(): Promise<void> {
    await this.#do('load', async () => {
      this.sheet = await papers.breaches();
    });
  }

  begin(now: Date): void {
    this.step = 'what';
    this.preview = null;
    this.row = {
      id: 0,
      knownAtMs: now.getTime(),
      nature: '',
      kinds: [],
      persons: '',
      records: '',
      data: '',
      consequences: '',
      measures: '',
      contact: this.sheet?.contact ?? '',
      risk: '',
      riskReason: '',
      locked: '',
      authority: this.sheet?.authority ?? '',
      notifiedAtMs: 0,
      personsToldAtMs: 0,
      lateReason: '',
      closedAtMs: 0,
      dueMs: 0,
      running: true,
      tellPersons: false,
      unintelligible: '',
    };
  }

  edit(row: papers.BreachRow): void {
    this.step = 'what';
    this.preview = null;
    this.row = { ...row, kinds: [...row.kinds] };
  }

  hurt(kind: string, on: boolean): void {
    if (!this.row) return;
    this.row.kinds = on ? [...this.row.kinds, kind] : this.row.kinds.filter((one) => one !== kind);
  }

  /** Keeps the entry; each step does, so that nothing is lost in the hurry. */
  async save(): Promise<boolean> {
    const { row } = this;
    if (!row) return false;
    return this.#do('save', async () => {
      this.row = await papers.saveBreach($state.snapshot(row) as papers.BreachRow);
      this.sheet = await papers.breaches();
    });
  }

  async go(step: BreachStep): Promise<void> {
    if (await this.save()) this.step = step;
  }

  async show(language: Language, register: boolean): Promise<void> {
    if (!(await this.save()) || !this.row) return;
    const { id } = this.row;
    await this.#do('paper', async () => {
      this.preview = await papers.breachPaper(id, language, register);
    });
  }

  async savePaper(language: Language, register: boolean): Promise<void> {
    if (!(await this.save()) || !this.row) return;
    const { id } = this.row;
    await this.#do('paper', async () => {
      this.saved = (await papers.saveBreachPaper(id, language, register)).saved;
    });
  }

  leave(): void {
    this.row = null;
    this.preview = null;
  }

  async #do(what: Breaches['busy'], work: () => Promise<void>): Promise<boolean> {
    this.saved = false;
    return this.do(what, work);
  }
}
