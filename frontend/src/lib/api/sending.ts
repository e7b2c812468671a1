import type { app } from '~/wailsjs/go/models';
import * as bound from '~/wailsjs/go/app/Sending';
import * as convert from './convert';
import { call } from './errors';
import type { Message } from './types';

/** Why a file cannot be sent as it is; the names of internal/media and app/staging.go. */
const fileProblems = [
  'fileType',
  'fileEmpty',
  'fileSize',
  'filePicture',
  'fileFilm',
  'fileFilmSize',
  'fileSound',
  'fileUnreadable',
  'fileCount',
] as const;

export type FileProblem = (typeof fileProblems)[number];

/** A file that waits in a composer; it lies sealed on the Go side. */
export interface StagedFile {
  id: string;
  name: string;
  kind: 'image' | 'video' | 'audio' | 'document';
  /** Its MIME type as it will be sent, or empty. */
  type: string;
  bytes: number;
  voice: boolean;
  width: number;
  height: number;
  /** Where a small picture of it is, or empty. */
  preview: string;
  problem: FileProblem | null;
}

interface ShopPlace {
  set: boolean;
  latitude: number;
  longitude: number;
  name: string;
  address: string;
}

export interface SendingSettings {
  undo: boolean;
  undoSeconds: number;
  place: ShopPlace;
}

/** A multiple of three, so that the parts' base64 needs no padding in between. */
const chunkBytes = 768 * 1024;

/** Brings a file of the window to the Go side, part by part. progress is told the share that has gone. */
export async function stageFile(
  conversationId: number,
  file: Blob,
  name: string,
  progress: (share: number) => void,
  gone: () => boolean,
): Promise<StagedFile> {
  const id = await call(() => bound.BeginFile({ conversationId, name, size: file.size }));
  try {
    for (let at = 0; at < file.size && !gone(); at += chunkBytes) {
      const data = await base64(file.slice(at, at + chunkBytes));
      await call(() => bound.AppendFile({ id, data }));
      progress(Math.min(1, (at + chunkBytes) / file.size));
    }
    return staged(await call(() => bound.FinishFile({ id, asDocument: false })));
  } catch (reason) {
    await call(() => bound.DiscardFile(id)).catch(() => undefined);
    throw reason;
  }
}

/** Takes a film that other phones may not play as a document. */
export async function asDocument(id: string): Promise<StagedFile> {
  return staged(await call(() => bound.FinishFile({ id, asDocument: true })));
}

/** Asks for files with the system's own dialog. */
export async function pickFiles(conversationId: number): Promise<StagedFile[]> {
  return (await call(() => bound.PickFiles(conversationId))).map(staged);
}

export function discardFile(id: string): Promise<void> {
  return call(() => bound.DiscardFile(id));
}

export async function sendFiles(
  conversationId: number,
  replyTo: string,
  files: { id: string; caption: string }[],
): Promise<Message[]> {
  return (await call(() => bound.SendFiles({ conversationId, replyTo, files } as app.SendFilesRequest))).map(
    convert.message,
  );
}

export async function sendPlace(conversationId: number, replyTo: string): Promise<Message> {
  return convert.message(await call(() => bound.SendPlace({ conversationId, replyTo })));
}

export function react(messageId: string, emoji: string): Promise<void> {
  return call(() => bound.React({ messageId, emoji }));
}

/** Takes back a message that has not left; the result is the text it had. */
export async function withdraw(messageId: string): Promise<string> {
  return (await call(() => bound.Withdraw(messageId))).text;
}

export async function getSettings(): Promise<SendingSettings> {
  return call(() => bound.GetSettings());
}

export function saveSettings(settings: SendingSettings): Promise<void> {
  return call(() => bound.SaveSettings(settings as app.SendingSettings));
}

/** Whether the system's own file dialog would open in front of the person: not so in a browser. */
export function inOwnWindow(): boolean {
  const view = window as {
    chrome?: { webview?: unknown };
    webkit?: { messageHandlers?: { external?: unknown } };
  };
  return view.chrome?.webview !== undefined || view.webkit?.messageHandlers?.external !== undefined;
}

/** A file as the Go side knows it. */
export function staged(row: app.StagedRow): StagedFile {
  const kinds = ['image', 'video', 'audio', 'document'] as const;
  const png = row.preview.startsWith('iVBOR');
  return {
    ...row,
    kind: kinds.find((kind) => kind === row.kind) ?? 'document',
    preview: row.preview === '' ? '' : `data:image/${png ? 'png' : 'jpeg'};base64,${row.preview}`,
    problem: row.problem === '' ? null : toProblem(row.problem),
  };
}

/** The problem a refused field names, if it is about a file. */
export function toProblem(field: string): FileProblem {
  return fileProblems.find((known) => known === field) ?? 'fileUnreadable';
}

function base64(part: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const text = typeof reader.result === 'string' ? reader.result : '';
      resolve(text.slice(text.indexOf(',') + 1));
    };
    reader.onerror = () => reject(reader.error ?? new Error('unreadable'));
    reader.readAsDataURL(part);
  });
}
