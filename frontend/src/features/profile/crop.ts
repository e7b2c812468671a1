import { profile } from '~/lib/api';

/** The part of a picture that is kept, in pixels of the upright picture. */
export interface Square {
  x: number;
  y: number;
  side: number;
}

/** The smallest part WhatsApp takes, in pixels. */
export const leastSide = 192;

/** The largest square in the middle. */
export function middle(width: number, height: number): Square {
  const side = Math.min(width, height);
  return { x: Math.round((width - side) / 2), y: Math.round((height - side) / 2), side };
}

/** A square of that size and place, moved and shrunk until it lies within the picture. */
export function within(square: Square, width: number, height: number): Square {
  const most = Math.min(width, height);
  const side = Math.round(Math.max(Math.min(leastSide, most), Math.min(square.side, most)));
  const bound = (value: number, limit: number) => Math.round(Math.max(0, Math.min(value, limit)));
  return { side, x: bound(square.x, width - side), y: bound(square.y, height - side) };
}

/** Another size around the same middle. */
export function resized(square: Square, side: number, width: number, height: number): Square {
  const grown = side - square.side;
  return within({ side, x: square.x - grown / 2, y: square.y - grown / 2 }, width, height);
}

/** Cuts the part out of a picture that was read as a data: address; a JPEG in base64. */
export function cut(source: string, square: Square): Promise<string> {
  return profile.cropPicture({ file: source.slice(source.indexOf(',') + 1), ...square });
}
