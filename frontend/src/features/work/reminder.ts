/** The times a shop comes back to things at; the rest is typed. */
export const presets = ['hour', 'evening', 'morning', 'week'] as const;
export type Preset = (typeof presets)[number];

/** When a preset is, seen from now; null if it has passed for today. */
export function presetTime(preset: Preset, now: Date): Date | null {
  if (preset === 'hour') return new Date(now.getTime() + 60 * 60_000);
  const at = new Date(now);
  at.setHours(preset === 'evening' ? 17 : 9, 0, 0, 0);
  if (preset === 'morning') at.setDate(at.getDate() + 1);
  if (preset === 'week') at.setDate(at.getDate() + 7);
  return at > now ? at : null;
}

/** What a datetime-local field shows, in the computer's time zone. */
export function toField(at: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}
