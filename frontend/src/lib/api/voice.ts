import * as bound from '~/wailsjs/go/app/Sending';
import { call } from './errors';
import { staged, type StagedFile } from './sending';

/** How many samples a second the Go side takes. */
export const sampleRate = 48_000;

export function begin(conversationId: number): Promise<string> {
  return call(() => bound.BeginVoice(conversationId));
}

/** Begins a note with the computer's microphone, without the web view. */
export function record(conversationId: number): Promise<string> {
  return call(() => bound.RecordVoice(conversationId));
}

/** Stops or continues such a note. */
export function pause(id: string, paused: boolean): Promise<void> {
  return call(() => bound.PauseVoice({ id, paused }));
}

/** Adds samples between -1 and 1. */
export function append(id: string, samples: Float32Array): Promise<void> {
  return call(() => bound.AppendFile({ id, data: encode(samples) }));
}

/** Ends a note; the result can be listened to. */
export async function finish(id: string): Promise<{ file: StagedFile; sound: Blob | null }> {
  const row = await call(() => bound.FinishVoice(id));
  const sound = row.preview === '' ? null : new Blob([decode(row.preview)], { type: 'audio/wav' });
  return { file: staged(row.file), sound };
}

/** 16 bits, little endian, in base64. */
function encode(samples: Float32Array): string {
  const bytes = new DataView(new ArrayBuffer(2 * samples.length));
  for (const [i, sample] of samples.entries()) {
    bytes.setInt16(2 * i, Math.round(32767 * Math.max(-1, Math.min(1, sample))), true);
  }
  let text = '';
  for (let i = 0; i < bytes.byteLength; i++) text += String.fromCharCode(bytes.getUint8(i));
  return btoa(text);
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
