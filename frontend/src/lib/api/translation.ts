import * as bound from '~/wailsjs/go/app/Translation';
import type { app } from '~/wailsjs/go/models';
import { message } from './convert';
import { call } from './errors';
import type { Message } from './types';

export type TranslationProvider = '' | 'libretranslate' | 'deepl';

/** One agreement that texts go to a host, and how long it held. */
interface Agreement {
  provider: TranslationProvider;
  host: string;
  from: Date;
  until: Date | null;
}

/** Who translates, if anybody does. */
export interface TranslationDesk {
  provider: TranslationProvider;
  baseUrl: string;
  hasKey: boolean;
  /** Where the texts would go. */
  host: string;
  /** When the owner agreed to that host, or null. */
  agreedAt: Date | null;
  /** Newest first. */
  agreements: Agreement[];
}

function provider(value: string): TranslationProvider {
  return value === 'libretranslate' || value === 'deepl' ? value : '';
}

function desk(row: app.TranslationDesk): TranslationDesk {
  return {
    provider: provider(row.provider),
    baseUrl: row.baseUrl,
    hasKey: row.hasKey,
    host: row.host,
    agreedAt: row.agreedAtMs > 0 ? new Date(row.agreedAtMs) : null,
    agreements: row.agreements.map((agreement) => ({
      provider: provider(agreement.provider),
      host: agreement.host,
      from: new Date(agreement.fromMs),
      until: agreement.untilMs > 0 ? new Date(agreement.untilMs) : null,
    })),
  };
}

export async function getDesk(): Promise<TranslationDesk> {
  return desk(await call(() => bound.GetDesk()));
}

/** Sets the service up; nothing is sent to it. An empty key keeps the one that is there. */
export async function save(form: {
  provider: TranslationProvider;
  baseUrl: string;
  key: string;
}): Promise<TranslationDesk> {
  return desk(await call(() => bound.Save(form)));
}

/** Records that the owner agreed to the host shown. Fails if the service does not answer; the agreement stays. */
export async function agree(host: string): Promise<TranslationDesk> {
  return desk(await call(() => bound.Agree(host)));
}

export async function withdraw(): Promise<TranslationDesk> {
  return desk(await call(() => bound.Withdraw()));
}

/** Switches the translation of a conversation; an empty language lets the service recognise it. */
export function interpret(conversationId: number, on: boolean, language: string): Promise<void> {
  return call(() => bound.Interpret({ conversationId, on, language }));
}

/** Has messages translated; the conversation then changes. */
export function translateMessages(
  conversationId: number,
  messageIds: string[],
  target: string,
): Promise<void> {
  return call(() => bound.Messages({ conversationId, messageIds, target }));
}

export function translateDraft(
  conversationId: number,
  text: string,
  source: string,
  target: string,
): Promise<string> {
  return call(() => bound.Draft({ conversationId, text, source, target }));
}

export async function sendTranslated(request: {
  conversationId: number;
  text: string;
  original: string;
  source: string;
  target: string;
  replyTo: string;
}): Promise<Message> {
  return message(await call(() => bound.Send(request)));
}
