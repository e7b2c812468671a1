import * as bound from '~/wailsjs/go/app/Work';
import type { app } from '~/wailsjs/go/models';
import * as convert from './convert';
import { call } from './errors';
import type { Conversation } from './types';

export const labelColours = ['grey', 'blue', 'green', 'amber', 'red', 'violet', 'teal', 'brown'] as const;
type LabelColour = (typeof labelColours)[number];

export interface Label {
  id: number;
  name: string;
  colour: LabelColour;
}

export interface Colleague {
  id: number;
  name: string;
}

/** What the shop wrote down about a customer. It is never sent. */
export interface Note {
  id: number;
  at: Date;
  text: string;
}

export interface DueReminder extends Conversation {
  why: string;
}

function label(row: app.LabelRow): Label {
  return { ...row, colour: labelColours.find((colour) => colour === row.colour) ?? 'grey' };
}

function note(row: app.NoteRow): Note {
  return { id: row.id, at: new Date(row.atMs), text: row.text };
}

export async function listLabels(): Promise<Label[]> {
  return (await call(() => bound.ListLabels())).map(label);
}

/** Makes (id 0) or changes a label. */
export async function saveLabel(row: Label): Promise<Label[]> {
  return (await call(() => bound.SaveLabel(row))).map(label);
}

export async function moveLabel(id: number, place: number): Promise<Label[]> {
  return (await call(() => bound.MoveLabel({ id, place }))).map(label);
}

export async function deleteLabel(id: number): Promise<Label[]> {
  return (await call(() => bound.DeleteLabel(id))).map(label);
}

export function listColleagues(): Promise<Colleague[]> {
  return call(() => bound.ListColleagues());
}

export function saveColleague(row: Colleague): Promise<Colleague[]> {
  return call(() => bound.SaveColleague(row));
}

export function deleteColleague(id: number): Promise<Colleague[]> {
  return call(() => bound.DeleteColleague(id));
}

export function setDone(conversationId: number, done: boolean): Promise<void> {
  return call(() => bound.SetDone({ conversationId, done }));
}

export function setPinned(conversationId: number, pinned: boolean): Promise<void> {
  return call(() => bound.SetPinned({ conversationId, pinned }));
}

export function assign(conversationId: number, colleagueId: number): Promise<void> {
  return call(() => bound.Assign({ conversationId, colleagueId }));
}

/** at null takes the reminder away. */
export function setReminder(conversationId: number, at: Date | null, why: string): Promise<void> {
  return call(() => bound.SetReminder({ conversationId, atMs: at?.getTime() ?? 0, why }));
}

export function getReminder(conversationId: number): Promise<string> {
  return call(() => bound.GetReminder(conversationId));
}

export async function listDue(): Promise<DueReminder[]> {
  const rows = await call(() => bound.ListDue());
  return rows.map((row) => ({ ...convert.conversation(row), why: row.why }));
}

export async function countViews() {
  return convert.viewCounts(await call(() => bound.CountViews()));
}

export function setLabels(customerId: string, labelIds: readonly number[]): Promise<void> {
  return call(() => bound.SetLabels({ customerId, labelIds: [...labelIds] }));
}

export async function listNotes(customerId: string): Promise<Note[]> {
  return (await call(() => bound.ListNotes(customerId))).map(note);
}

/** Writes a note down (id 0) or changes it; empty text removes it. */
export async function saveNote(customerId: string, id: number, text: string): Promise<Note[]> {
  return (await call(() => bound.SaveNote({ customerId, id, text }))).map(note);
}

export function block(customerId: string, blocked: boolean): Promise<void> {
  return call(() => bound.Block({ customerId, blocked }));
}
