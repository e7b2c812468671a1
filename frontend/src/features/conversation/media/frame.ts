import type { MediaFile } from '~/lib/api';

/** The largest a picture is in a bubble, in rem. */
const widest = 20;
const tallest = 22;
const smallest = 7;
/** A film needs room for its controls. */
export const filmLeast = 14;

/** The room a picture or film takes in its bubble, for styled(): known before the picture is. */
export function frameOf(
  file: MediaFile | null,
  least = smallest,
): Record<'inline-size' | 'aspect-ratio', string> {
  const { width, height } = sizeOf(file, least);
  return { 'inline-size': `${String(width)}rem`, 'aspect-ratio': `${String(width)} / ${String(height)}` };
}

/** In rem. */
function sizeOf(file: MediaFile | null, least: number): { width: number; height: number } {
  if (!file || file.width <= 0 || file.height <= 0) return { width: widest, height: (widest * 3) / 4 };
  const width = file.width / 16;
  const height = file.height / 16;
  const scale = Math.min(1, widest / width, tallest / height);
  return { width: Math.max(least, width * scale), height: Math.max(least / 2, height * scale) };
}
