import type { Message } from '~/lib/api';
import type { I18n } from '~/lib/i18n/i18n.svelte';

const endings: Readonly<Record<string, string>> = {
  'image/jpeg': 'JPEG',
  'image/png': 'PNG',
  'image/webp': 'WebP',
  'image/gif': 'GIF',
  'video/mp4': 'MP4',
  'video/3gpp': '3GP',
  'audio/ogg': 'OGG',
  'audio/mpeg': 'MP3',
  'audio/mp4': 'M4A',
  'application/pdf': 'PDF',
  'application/zip': 'ZIP',
  'text/plain': 'TXT',
};

/** "PDF · 1,2 MB": what kind of file it is by its name's end or its type, and how large. */
export function fileFacts(message: Message, i18n: I18n): string {
  const ending = /\.([\p{L}\p{N}]{1,8})$/u.exec(message.fileName.trim())?.[1]?.toUpperCase();
  const parts = [ending ?? endings[message.file?.type ?? ''] ?? ''];
  if (message.file && message.file.bytes > 0) parts.push(i18n.bytes(message.file.bytes));
  return parts.filter(Boolean).join(' · ');
}

/** "1:07" */
export function playingTime(seconds: number): string {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0;
  return `${String(Math.floor(whole / 60))}:${String(whole % 60).padStart(2, '0')}`;
}
