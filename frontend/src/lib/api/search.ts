import * as bound from '~/wailsjs/go/app/Search';
import type { app } from '~/wailsjs/go/models';
import { call } from './errors';
import { messageKinds, type MessageKind } from './types';

/** A part of a text: start and end as JavaScript counts. */
interface Mark {
  start: number;
  end: number;
}

export interface PersonHit {
  customerId: string;
  conversationId: number;
  name: string;
  marks: Mark[];
  /** Another name or the note in which the words were found, or empty. */
  detail: string;
  detailMarks: Mark[];
}

export interface MessageHit {
  messageId: string;
  conversationId: number;
  customerId: string;
  name: string;
  kind: MessageKind;
  fromShop: boolean;
  sentAt: Date;
  snippet: string;
  marks: Mark[];
  inFileName: boolean;
}

interface SearchPage {
  people: PersonHit[];
  messages: MessageHit[];
  more: boolean;
  after: string;
  /** False while older messages are still being loaded. */
  ready: boolean;
  indexed: number;
  /** A newer search has ended this one. */
  superseded: boolean;
}

interface SearchQuery {
  text: string;
  customerId: string;
  kinds: readonly MessageKind[];
  labelId: number;
  from: Date | null;
  to: Date | null;
  attachment: 'any' | 'with' | 'without';
}

export async function find(query: SearchQuery, after: string, limit: number): Promise<SearchPage> {
  const page = await call(() =>
    bound.Find({
      text: query.text,
      customerId: query.customerId,
      kinds: [...query.kinds],
      labelId: query.labelId,
      fromMs: query.from?.getTime() ?? 0,
      toMs: query.to?.getTime() ?? 0,
      attachment: query.attachment,
      after,
      limit,
    }),
  );
  return { ...page, people: page.people.map(person), messages: page.messages.map(message) };
}

function marks(flat: readonly number[]): Mark[] {
  const found: Mark[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) found.push({ start: flat[i] ?? 0, end: flat[i + 1] ?? 0 });
  return found;
}

function person(row: app.PersonHit): PersonHit {
  return { ...row, marks: marks(row.marks), detailMarks: marks(row.detailMarks) };
}

function message(row: app.MessageHit): MessageHit {
  return {
    ...row,
    kind: messageKinds.find((kind) => kind === row.kind) ?? 'unknown',
    sentAt: new Date(row.sentAtMs),
    marks: marks(row.marks),
  };
}
