import type { app } from '~/wailsjs/go/models';
import * as bound from '~/wailsjs/go/app/Broadcasts';
import type { Purpose } from './consents';
import { call } from './errors';
import { frame, type Frame } from './frame';
import { toFields, toTemplate, type Template, type TemplateField } from './templates';

const states = ['running', 'paused', 'stopped', 'done'] as const;
const reasons = ['hand', 'quality', 'too_much', 'rate', 'account', 'template', 'limit'] as const;
const outcomes = [
  'read',
  'delivered',
  'sent',
  'leaving',
  'waiting',
  'failed',
  'unclear',
  'withdrawn',
  'stopped',
  'erased',
] as const;
const leftOutReasons = [
  'stopped',
  'no_consent',
  'open',
  'withdrawn',
  'blocked',
  'barred',
  'restricted',
] as const;

/** What a broadcast may be sent for. */
export type BroadcastPurpose = Exclude<Purpose, 'calls'>;
export const broadcastPurposes = ['news', 'reminders', 'feedback'] as const satisfies BroadcastPurpose[];
type BroadcastOutcome = (typeof outcomes)[number];
type LeftOutReason = (typeof leftOutReasons)[number] | 'other';

interface OutcomeCount {
  outcome: BroadcastOutcome;
  people: number;
}

/** A broadcast that was begun. */
export interface Broadcast {
  id: number;
  state: (typeof states)[number];
  reason: (typeof reasons)[number] | null;
  purpose: BroadcastPurpose;
  template: string;
  text: string;
  madeAt: Date;
  nextAt: Date | null;
  endedAt: Date | null;
  people: number;
  outcomes: OutcomeCount[];
}

export interface BroadcastDesk {
  templates: Template[];
  list: Broadcast[];
  agreed: Record<BroadcastPurpose, number>;
}

export interface BroadcastPlan {
  fields: TemplateField[];
  frame: Frame;
  people: { customerId: string; name: string }[];
  leftOut: { reason: LeftOutReason; people: number }[];
  /** Decimal text, or empty if no price is known. */
  cost: string;
  currency: string;
  dayLimit: number;
  limitKnown: boolean;
  usedToday: number;
  seconds: number;
  /** When the shop opens next, if it is closed now. */
  betterAt: Date | null;
}

export interface Recipient {
  customerId: string;
  name: string;
  outcome: BroadcastOutcome;
  failure: string;
}

export interface BroadcastUse {
  templateId: string;
  purpose: BroadcastPurpose;
  language: string;
  values: Record<string, string>;
  nameless: string;
}

function word<T extends string>(known: readonly T[], value: string): T | undefined {
  return known.find((candidate) => candidate === value);
}

function broadcast(row: app.BroadcastRow): Broadcast {
  return {
    id: row.id,
    state: word(states, row.state) ?? 'stopped',
    reason: word(reasons, row.reason) ?? null,
    purpose: word(broadcastPurposes, row.purpose) ?? 'news',
    template: row.template,
    text: row.text,
    madeAt: new Date(row.madeAtMs),
    nextAt: row.nextAtMs > 0 ? new Date(row.nextAtMs) : null,
    endedAt: row.endedAtMs > 0 ? new Date(row.endedAtMs) : null,
    people: row.people,
    outcomes: row.outcomes.flatMap((one) => {
      const outcome = word(outcomes, one.outcome);
      return outcome ? [{ outcome, people: one.people }] : [];
    }),
  };
}

export async function getDesk(): Promise<BroadcastDesk> {
  const desk = await call(() => bound.GetDesk());
  const people = (purpose: BroadcastPurpose) =>
    desk.agreed.find((one) => one.purpose === purpose)?.people ?? 0;
  return {
    templates: desk.templates.map(toTemplate),
    list: desk.list.map(broadcast),
    agreed: { news: people('news'), reminders: people('reminders'), feedback: people('feedback') },
  };
}

/** Asks Meta to how many people the number may write first in a day. */
export function askLimit(): Promise<void> {
  return call(() => bound.AskLimit());
}

export async function plan(use: BroadcastUse): Promise<BroadcastPlan> {
  const { betterAtMs, ...row } = await call(() => bound.Plan(use as app.BroadcastUse));
  return {
    ...row,
    fields: toFields(row.fields),
    frame: frame(row.frame),
    leftOut: row.leftOut.map((one) => ({
      reason: word(leftOutReasons, one.reason) ?? 'other',
      people: one.people,
    })),
    betterAt: betterAtMs > 0 ? new Date(betterAtMs) : null,
  };
}

export async function preview(use: BroadcastUse): Promise<Frame> {
  return frame(await call(() => bound.Preview(use as app.BroadcastUse)));
}

/** Begins a broadcast; people is the number that was typed to confirm it. */
export function start(use: BroadcastUse, people: number, startAt: Date | null): Promise<number> {
  return call(() =>
    bound.Start({ use, people, startAtMs: startAt?.getTime() ?? 0 } as unknown as app.StartBroadcast),
  );
}

export function pause(id: number): Promise<void> {
  return call(() => bound.Pause(id));
}

export function resume(id: number): Promise<void> {
  return call(() => bound.Resume(id));
}

/** Ends a broadcast; the result is how many messages were just leaving. */
export function stop(id: number): Promise<number> {
  return call(() => bound.Stop(id));
}

export async function listRecipients(id: number): Promise<Recipient[]> {
  const rows = await call(() => bound.ListRecipients(id));
  return rows.map((row) => ({ ...row, outcome: word(outcomes, row.outcome) ?? 'waiting' }));
}
