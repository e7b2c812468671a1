import type { app } from '~/wailsjs/go/models';
import * as bound from '~/wailsjs/go/app/Retention';
import { call } from './errors';

const classes = [
  'unanswered',
  'sensitive',
  'enquiry',
  'order',
  'claims',
  'letter',
  'voucher',
  'proof',
  'calls',
  'case',
] as const;
const starts = ['collection', 'lastMessage', 'closing', 'endOfYear', 'lastUse'] as const;
const matters = ['enquiry', 'order', 'complaint', 'spam'] as const;

type RetentionClass = (typeof classes)[number];
type MatterKind = (typeof matters)[number];

/** How long one kind of data is kept. */
export interface RetentionRule extends Omit<app.RetentionRule, 'class' | 'start'> {
  class: RetentionClass;
  start: (typeof starts)[number];
}

export interface RetentionSheet extends Omit<app.RetentionSheet, 'rules'> {
  rules: RetentionRule[];
}

export interface Matter extends Omit<app.MatterRow, 'kind'> {
  kind: MatterKind;
}

export interface ArchiveRow extends Omit<app.ArchiveRow, 'class'> {
  class: RetentionClass;
}

export type RetentionRequest = app.RetentionRequest;
export type RetentionResult = app.RetentionResult;

function known<T extends string>(all: readonly T[], word: string): T | undefined {
  return all.find((one) => one === word);
}

function toSheet(sheet: app.RetentionSheet): RetentionSheet {
  const rules = sheet.rules.flatMap((row) => {
    const name = known(classes, row.class);
    const start = known(starts, row.start);
    return name && start ? [{ ...row, class: name, start }] : [];
  });
  return { ...sheet, rules };
}

export async function get(): Promise<RetentionSheet> {
  return toSheet(await call(() => bound.Get()));
}

export async function set(request: RetentionRequest): Promise<RetentionSheet> {
  return toSheet(await call(() => bound.Set(request)));
}

export function run(): Promise<RetentionResult> {
  return call(() => bound.Run());
}

export async function getMatter(conversationId: number): Promise<Matter> {
  const row = await call(() => bound.GetMatter(conversationId));
  return { ...row, kind: known(matters, row.kind) ?? 'enquiry' };
}

export function setMatter(matter: Matter): Promise<void> {
  return call(() => bound.SetMatter(matter));
}

export async function listArchive(): Promise<ArchiveRow[]> {
  const rows = await call(() => bound.ListArchive());
  return rows.flatMap((row) => {
    const name = known(classes, row.class);
    return name ? [{ ...row, class: name }] : [];
  });
}

export interface MessageMarks {
  sensitive: boolean;
  archived: RetentionClass[];
}

export async function getMarks(messageId: string): Promise<MessageMarks> {
  const marks = await call(() => bound.GetMarks(messageId));
  return {
    sensitive: marks.sensitive,
    archived: marks.archived.flatMap((word) => known(classes, word) ?? []),
  };
}

export function markSensitive(messageId: string, sensitive: boolean): Promise<void> {
  return call(() => bound.MarkSensitive({ messageId, sensitive }));
}

/** Deletes a message for good, now. */
export function deleteMessage(messageId: string): Promise<void> {
  return call(() => bound.DeleteMessage(messageId));
}

export function archive(messageId: string, as: 'letter' | 'voucher', reason: string): Promise<void> {
  return call(() => bound.Archive({ messageId, class: as, reason }));
}

export function holdArchive(id: number, hold: boolean): Promise<void> {
  return call(() => bound.HoldArchive({ id, hold }));
}
