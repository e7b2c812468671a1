/** WhatsApp's limit for a text message, in characters as people count them in a phone (code points). */
export const textLimit = 4096;

export function textLength(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}
