import type { app } from '~/wailsjs/go/models';
import * as bound from '~/wailsjs/go/app/Snippets';
import * as convert from './convert';
import { call } from './errors';
import { frame, type Frame, type FrameSection } from './frame';
import { staged, type StagedFile } from './sending';
import type { Language, Message } from './types';

const snippetKinds = ['', 'button', 'list', 'cta_url'] as const;
export type SnippetKind = (typeof snippetKinds)[number];

/** A ready-made answer as the person edits it; id 0 is a new one. */
export interface Snippet {
  id: number;
  folder: string;
  name: string;
  text: string;
  kind: SnippetKind;
  header: string;
  footer: string;
  buttons: string[];
  listButton: string;
  sections: FrameSection[];
  linkTitle: string;
  linkUrl: string;
  fileName: string;
  fileBytes: number;
}

const variableKeys = ['name', 'shop', 'address', 'hours', 'imprint', 'privacy', 'date', 'opening'] as const;
type VariableKey = (typeof variableKeys)[number];

/** Something that can be filled in: how it is written, and what it says now. */
export interface SnippetVariable {
  key: VariableKey;
  word: string;
  value: string;
}

export type SnippetLimits = app.SnippetLimits;

export interface SnippetDesk {
  snippets: Snippet[];
  variables: SnippetVariable[];
  limits: SnippetLimits;
}

export interface SnippetFilled {
  text: string;
  /** Variables without a value, as they stand in the text. */
  missing: string[];
  frame: Frame | null;
  fileName: string;
}

function snippet(row: app.SnippetForm): Snippet {
  return { ...row, kind: snippetKinds.find((kind) => kind === row.kind) ?? '' };
}

function filled(row: app.SnippetFilled): SnippetFilled {
  return { ...row, frame: row.frame ? frame(row.frame) : null };
}

export async function getDesk(language: Language): Promise<SnippetDesk> {
  const desk = await call(() => bound.GetDesk(language));
  return {
    snippets: desk.snippets.map(snippet),
    variables: desk.variables.flatMap((variable) => {
      const key = variableKeys.find((known) => known === variable.key);
      return key ? [{ ...variable, key }] : [];
    }),
    limits: desk.limits,
  };
}

export async function find(query: string): Promise<Snippet[]> {
  return (await call(() => bound.Find(query))).map(snippet);
}

export async function save(form: Snippet): Promise<Snippet> {
  return snippet(await call(() => bound.Save(form as app.SnippetForm)));
}

export function remove(id: number): Promise<void> {
  return call(() => bound.Delete(id));
}

export function addStarter(language: Language): Promise<void> {
  return call(() => bound.AddStarter(language));
}

export async function preview(form: Snippet, language: Language): Promise<SnippetFilled> {
  return filled(await call(() => bound.Preview(form as app.SnippetForm, language)));
}

export async function fill(
  snippetId: number,
  conversationId: number,
  language: Language,
): Promise<SnippetFilled> {
  return filled(await call(() => bound.Fill({ snippetId, conversationId, language })));
}

/** Asks for a file and keeps it with a snippet. */
export async function attachFile(id: number): Promise<Snippet> {
  return snippet(await call(() => bound.AttachFile(id)));
}

export async function removeFile(id: number): Promise<Snippet> {
  return snippet(await call(() => bound.RemoveFile(id)));
}

/** Puts a snippet's file into a conversation's composer. */
export async function stageFile(
  snippetId: number,
  conversationId: number,
  language: Language,
): Promise<StagedFile> {
  return staged(await call(() => bound.StageFile({ snippetId, conversationId, language })));
}

export async function send(snippetId: number, conversationId: number, language: Language): Promise<Message> {
  return convert.message(await call(() => bound.Send({ snippetId, conversationId, language })));
}
