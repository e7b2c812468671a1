import type { app } from '~/wailsjs/go/models';
import * as bound from '~/wailsjs/go/app/Templates';
import * as convert from './convert';
import { call } from './errors';
import { frame, type Frame } from './frame';
import { toProblem, type FileProblem } from './sending';
import type { Language, Message } from './types';

const templateStatuses = [
  'APPROVED',
  'PENDING',
  'REJECTED',
  'PAUSED',
  'DISABLED',
  'IN_APPEAL',
  'PENDING_DELETION',
  'DELETED',
  'FLAGGED',
  'ARCHIVED',
  'LIMIT_EXCEEDED',
  'LOCKED',
  'other',
] as const;
type TemplateStatus = (typeof templateStatuses)[number];

const templateCategories = ['UTILITY', 'MARKETING', 'AUTHENTICATION', 'other'] as const;
type TemplateCategory = (typeof templateCategories)[number];

const templateObstacles = ['status', 'codes', 'component'] as const;
type TemplateObstacle = (typeof templateObstacles)[number];

const templateRefusals = [
  'stopped',
  'no_consent',
  'never_wrote',
  'open',
  'withdrawn',
  'blocked',
  'restricted',
] as const;
type TemplateRefusal = (typeof templateRefusals)[number];

const qualities = ['GREEN', 'YELLOW', 'RED'] as const;

export interface Template {
  id: string;
  name: string;
  language: string;
  category: TemplateCategory;
  status: TemplateStatus;
  /** Meta's word for why it was rejected or paused, or empty. */
  reason: string;
  quality: (typeof qualities)[number] | null;
  nextCategory: TemplateCategory | null;
  nextCategoryAt: Date | null;
  /** Why it cannot be sent, or null. */
  obstacle: TemplateObstacle | null;
  frame: Frame;
}

export type TemplateForm = app.TemplateForm;
export type TemplateLimits = app.TemplateLimits;

const templateRules = [
  'empty',
  'long',
  'name',
  'language',
  'category',
  'one_line',
  'edge',
  'ratio',
  'variables',
  'no_variable',
  'one_variable',
  'url_variable',
  'example',
  'file',
  'url',
  'phone',
  'too_many',
  'grouped',
  'twice',
  'button',
  'many_newlines',
] as const;
type TemplateRule = (typeof templateRules)[number];

export interface TemplateProblem {
  field: string;
  rule: TemplateRule;
  limit: number;
}

export interface TemplateDesk {
  templates: Template[];
  limits: TemplateLimits;
  fetchedAt: Date | null;
}

export interface TemplateField {
  key: string;
  part: 'header' | 'body' | 'button';
  button: string;
  variable: string;
  example: string;
  value: string;
  limit: number;
}

export interface TemplateTask {
  template: Template;
  fields: TemplateField[];
  frame: Frame;
  refusal: TemplateRefusal | null;
  /** MIME types of the file that stands above the text; empty if there is none. */
  fileTypes: readonly string[];
  /** Where the shop is, for a place above the text, or null. */
  place: PlaceInput | null;
}

/** A place for a template whose header is one. */
export interface PlaceInput {
  latitude: number;
  longitude: number;
  name: string;
  address: string;
}

/** What stands above a template's text if not words. */
interface TemplateHead {
  place?: PlaceInput;
  /** A file that waits for this conversation. */
  fileId?: string;
}

export function toTemplate(row: app.TemplateRow): Template {
  const word = <T extends string>(known: readonly T[], value: string) =>
    known.find((candidate) => candidate === value);
  return {
    id: row.id,
    name: row.name,
    language: row.language,
    category: word(templateCategories, row.category) ?? 'other',
    status: word(templateStatuses, row.status) ?? 'other',
    reason: row.reason,
    quality: word(qualities, row.quality) ?? null,
    nextCategory: row.nextCategory ? (word(templateCategories, row.nextCategory) ?? 'other') : null,
    nextCategoryAt: row.nextCategoryAtMs > 0 ? new Date(row.nextCategoryAtMs) : null,
    obstacle: word(templateObstacles, row.obstacle) ?? null,
    frame: frame(row.frame),
  };
}

function desk(row: app.TemplateDesk): TemplateDesk {
  return {
    templates: row.templates.map(toTemplate),
    limits: row.limits,
    fetchedAt: row.fetchedAtMs > 0 ? new Date(row.fetchedAtMs) : null,
  };
}

export async function getDesk(): Promise<TemplateDesk> {
  return desk(await call(() => bound.GetDesk()));
}

export async function refresh(): Promise<TemplateDesk> {
  return desk(await call(() => bound.Refresh()));
}

export async function check(form: TemplateForm): Promise<{ problems: TemplateProblem[]; frame: Frame }> {
  const row = await call(() => bound.Check(form));
  return {
    problems: row.problems.map((problem) => ({
      ...problem,
      rule: templateRules.find((rule) => rule === problem.rule) ?? 'variables',
    })),
    frame: frame(row.frame),
  };
}

export async function create(form: TemplateForm): Promise<Template> {
  return toTemplate(await call(() => bound.Create(form)));
}

/** Why a file cannot be a sample: that of a file that is sent, or another type than the header's. */
export interface TemplateSample {
  /** Meta's name for it, or empty. */
  handle: string;
  name: string;
  problem: FileProblem | 'wrongType' | null;
}

const wrongTypes = ['headerImageType', 'headerVideoType', 'headerPaperType'];

/** Asks for a sample with the system's dialog and brings it to Meta; null if nothing was chosen. */
export async function pickSample(kind: string): Promise<TemplateSample | null> {
  const row = await call(() => bound.PickSample(kind));
  if (!row.name) return null;
  const problem = wrongTypes.includes(row.problem) ? 'wrongType' : toProblem(row.problem);
  return { handle: row.handle, name: row.name, problem: row.problem ? problem : null };
}

export function remove(id: string): Promise<void> {
  return call(() => bound.Delete(id));
}

export function listStarter(language: Language): Promise<TemplateForm[]> {
  return call(() => bound.ListStarter(language));
}

type Values = Record<string, string>;

function use(
  templateId: string,
  conversationId: number,
  language: Language,
  values: Values,
  { place, fileId }: TemplateHead = {},
) {
  return {
    templateId,
    conversationId,
    language,
    values,
    ...(place ? { place } : {}),
    ...(fileId ? { fileId } : {}),
  } as app.TemplateUse;
}

export function toFields(rows: app.TemplateField[]): TemplateField[] {
  return rows.map((field) => ({
    ...field,
    part: (['header', 'body', 'button'] as const).find((part) => part === field.part) ?? 'body',
  }));
}

export async function prepare(
  templateId: string,
  conversationId: number,
  language: Language,
): Promise<TemplateTask> {
  const task = await call(() => bound.Prepare(use(templateId, conversationId, language, {})));
  return {
    template: toTemplate(task.template),
    fields: toFields(task.fields),
    frame: frame(task.frame),
    refusal: task.refusal
      ? (templateRefusals.find((reason) => reason === task.refusal) ?? 'no_consent')
      : null,
    fileTypes: task.fileTypes,
    place: task.place ?? null,
  };
}

export async function preview(templateId: string, language: Language, values: Values): Promise<Frame> {
  return frame(await call(() => bound.Preview(use(templateId, 0, language, values))));
}

export async function send(
  templateId: string,
  conversationId: number,
  language: Language,
  values: Values,
  head: TemplateHead,
): Promise<Message> {
  return convert.message(
    await call(() => bound.Send(use(templateId, conversationId, language, values, head))),
  );
}
