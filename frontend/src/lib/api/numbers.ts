import type { app } from '~/wailsjs/go/models';
import * as bound from '~/wailsjs/go/app/Numbers';
import { call } from './errors';

const answerBuckets = ['5m', '15m', '1h', '4h', '1d', 'more'] as const;
const sourceKinds = ['direct', 'widget', 'ad', 'code'] as const;

type AnswerBucket = (typeof answerBuckets)[number];
export type NumberSpan = app.NumberSpan;

export interface NumbersPage {
  spans: NumberSpan[];
  totals: NumberSpan;
  answers: { name: AnswerBucket; count: number }[];
  median: AnswerBucket | null;
  /** Messages that came in at each of the 24 hours. */
  hours: number[];
  sources: { kind: (typeof sourceKinds)[number]; name: string; count: number }[];
  kinds: { name: string; count: number }[];
  /** The first day something was counted on. */
  since: string;
  keepMonths: number;
  keeps: number[];
}

export async function getPage(months: boolean): Promise<NumbersPage> {
  const page = await call(() => bound.GetPage(months));
  const bucket = (name: string) => answerBuckets.find((known) => known === name);
  return {
    ...page,
    answers: page.answers.map((row) => ({ name: bucket(row.name) ?? 'more', count: row.count })),
    median: bucket(page.median) ?? null,
    sources: page.sources.map((row) => ({
      ...row,
      kind: sourceKinds.find((known) => known === row.kind) ?? 'direct',
    })),
  };
}

export function saveKeep(months: number): Promise<void> {
  return call(() => bound.SaveKeep(months));
}

/** Writes all counters into a file; true if the person chose a place. */
export async function exportTable(name: string, words: Record<string, string>): Promise<boolean> {
  return (await call(() => bound.Export({ name, words } as app.NumbersExport))).saved;
}
