import type { app } from '~/wailsjs/go/models';
import * as bound from '~/wailsjs/go/app/Media';
import { ApiError, call, toErrorCode, type ErrorCode } from './errors';

/** lost: it never reached WhatsApp, so there is nothing to fetch. */
const fileStates = ['open', 'held', 'stored', 'expired', 'removed', 'failed', 'lost'] as const;
type FileState = (typeof fileStates)[number];

const fileRisks = ['program', 'script', 'macro', 'page', 'differs'] as const;
type FileRisk = (typeof fileRisks)[number];

/** What has become of a message's file. */
export interface MediaFile {
  state: FileState;
  arriving: boolean;
  done: number;
  bytes: number;
  expiresAt: Date | null;
  thumb: boolean;
  /** What the bytes are; before they are here, what the sender says. */
  type: string;
  /** Whether the window may show or play it. */
  inline: boolean;
  width: number;
  height: number;
  animated: boolean;
  voice: boolean;
  risk: FileRisk | null;
  failure: ErrorCode | null;
}

/** How long the shop keeps files: -1 as long as their messages, 0 not at all, else days. */
export interface Keeping {
  days: number;
  files: number;
  bytes: number;
}

export function mediaFile(row: app.FileRow): MediaFile {
  return {
    state: fileStates.find((state) => state === row.state) ?? 'lost',
    arriving: row.arriving,
    done: row.done,
    bytes: row.bytes,
    expiresAt: row.expiresAtMs > 0 ? new Date(row.expiresAtMs) : null,
    thumb: row.thumb,
    type: row.type,
    inline: row.inline,
    width: row.width,
    height: row.height,
    animated: row.animated,
    voice: row.voice,
    risk: row.risk === '' ? null : (fileRisks.find((risk) => risk === row.risk) ?? 'differs'),
    failure: row.failureCode === '' ? null : toErrorCode(row.failureCode),
  };
}

/** Where an image element finds a file, and its small picture. */
export function fileAddress(messageId: string): string {
  return `/media/${messageId}`;
}

export function thumbAddress(messageId: string): string {
  return `/media/${messageId}/thumb`;
}

/**
 * A whole file in memory. Sound and film cannot take their address as source: the player of WebKitGTK
 * does not know the window's own scheme. It comes in parts, because WebView2 holds each answer whole.
 */
export async function loadFile(messageId: string, signal: AbortSignal): Promise<Blob> {
  const parts: ArrayBuffer[] = [];
  let type = '';
  for (let from = 0, total = 1; from < total;) {
    const answer = await fetch(fileAddress(messageId), {
      headers: { Range: `bytes=${String(from)}-` },
      signal,
    });
    if (!answer.ok) throw new ApiError(answer.status === 404 ? 'not_found' : 'internal');
    const part = await answer.arrayBuffer();
    type = answer.headers.get('Content-Type') ?? '';
    total = answer.status === 206 ? totalOf(answer.headers.get('Content-Range')) : part.byteLength;
    if (part.byteLength === 0 && total > 0) throw new ApiError('internal');
    parts.push(part);
    from += part.byteLength;
  }
  return new Blob(parts, { type });
}

function totalOf(range: string | null): number {
  const total = Number(/\/(\d+)$/.exec(range ?? '')?.[1]);
  if (!Number.isFinite(total)) throw new ApiError('internal');
  return total;
}

export function fetchFile(messageId: string): Promise<void> {
  return call(() => bound.Fetch(messageId));
}

export function stopFile(messageId: string): Promise<void> {
  return call(() => bound.Stop(messageId));
}

/** Asks the person for a place and writes the file; false if no place was chosen. */
export async function saveFile(messageId: string, fileName: string): Promise<boolean> {
  const { saved } = await call(() => bound.SaveAs({ messageId, fileName, warned: false }));
  return saved;
}

/** Opens the file with the system's program for it. */
export function openFile(messageId: string, warned: boolean): Promise<void> {
  return call(() => bound.Open({ messageId, fileName: '', warned }));
}

/** Keeps a frame of a film, a JPEG, as its small picture. */
export async function setPoster(messageId: string, frame: Blob): Promise<void> {
  const bytes = new Uint8Array(await frame.arrayBuffer());
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  await call(() => bound.SetPoster({ messageId, frame: btoa(text) }));
}

export function getKeeping(): Promise<Keeping> {
  return call(() => bound.GetKeeping());
}

/** Changes how long files are kept; what is older goes at once. */
export function setKeeping(days: number): Promise<Keeping> {
  return call(() => bound.SetKeeping(days));
}
