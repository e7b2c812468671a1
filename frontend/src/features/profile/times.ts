import type { TimeSpan } from '~/lib/api';

/** Reads a time of day as people type it: "8", "8:30", "8.30", "0830"; null if it is none. */
export function readTime(text: string): string | null {
  const found = /^(\d{1,2})(?:[:.]?(\d{2}))?(?:\s*(?:uhr|h))?$/i.exec(text.trim());
  if (!found) return null;
  const hour = Number(found[1]);
  const minute = Number(found[2] ?? 0);
  if (minute > 59 || hour > 24 || (hour === 24 && minute > 0)) return null;
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

/** Reads a day as people type it: "24.12.2026", "24.12.26", "24/12/2026", "2026-12-24"; null if it is none. */
export function readDay(text: string): string | null {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text.trim());
  const local = /^(\d{1,2})[./]\s*(\d{1,2})[./]\s*(\d{4}|\d{2})$/.exec(text.trim());
  const parts = iso ? [iso[1], iso[2], iso[3]] : local ? [local[3], local[2], local[1]] : null;
  if (!parts) return null;
  const [year = 0, month = 0, day = 0] = parts.map(Number);
  const full = year < 100 ? 2000 + year : year;
  const date = new Date(Date.UTC(full, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  return date.toISOString().slice(0, 10);
}

/** A day as people read it; what is none stays as it was typed. */
export function showDay(day: string): string {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  return found ? `${found[3]}.${found[2]}.${found[1]}` : day;
}

/** The times with one more: the usual day, a break at noon, or an hour after the last. */
export function withAnother(spans: TimeSpan[]): TimeSpan[] {
  const last = spans.at(-1);
  if (!last) return [{ from: '09:00', to: '18:00' }];
  const before = spans.slice(0, -1);
  if (last.from < '13:00' && last.to > '14:00')
    return [...before, { from: last.from, to: '13:00' }, { from: '14:00', to: last.to }];
  const hour = Math.min(Number(last.to.slice(0, 2)) + 1, 22);
  return [
    ...spans,
    { from: `${String(hour).padStart(2, '0')}:00`, to: `${String(hour + 1).padStart(2, '0')}:00` },
  ];
}
