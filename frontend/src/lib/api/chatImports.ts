import type { app } from '~/wailsjs/go/models';
import * as bound from '~/wailsjs/go/app/ChatImports';
import { call } from './errors';

export type ChatFile = app.ChatFile;
export type ChatPreview = app.ChatPreview;
export type ChatImported = app.ChatImported;

export interface ChatImportRow {
  id: number;
  at: Date;
  messages: number;
}

export interface ChatImportRequest {
  token: string;
  conversationId: number;
  /** The shop among the senders, -1 if all is the customer's. */
  shop: number;
  /** day, month, or empty where the file says so itself. */
  order: '' | 'day' | 'month';
}

/** Why an export is refused; each has its words. */
const chatProblems = ['exportFile', 'exportSize', 'exportFormat', 'exportEncoding', 'exportGroup'] as const;
export type ChatProblem = (typeof chatProblems)[number];

export const toChatProblem = (field: string): ChatProblem | null =>
  chatProblems.find((one) => one === field) ?? null;

export const choose = (): Promise<ChatFile> => call(() => bound.Choose());
export const preview = (request: ChatImportRequest): Promise<ChatPreview> =>
  call(() => bound.Preview(request));
export const run = (request: ChatImportRequest): Promise<ChatImported> => call(() => bound.Run(request));
export const drop = (token: string): Promise<void> => call(() => bound.Drop(token));

export async function list(conversationId: number): Promise<ChatImportRow[]> {
  const rows = await call(() => bound.List(conversationId));
  return rows.map(({ atMs, ...row }) => ({ ...row, at: new Date(atMs) }));
}

export const remove = (id: number, conversationId: number): Promise<void> =>
  call(() => bound.Remove({ id, conversationId }));
