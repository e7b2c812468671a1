/** One piece of a message: plain words, or something that can be opened. */
export interface TextPart {
  text: string;
  /** What to open, or empty for plain words. */
  url: string;
}

const candidate =
  /(?:https?:\/\/|www\.)[^\s<>"'`\u201c\u201d\u201e\u00ab\u00bb]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+/giu;
const trailing = /[.,;:!?…)\]}*_~]$/u;
const closers: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Splits a text into plain parts and links. Joining the parts gives the text back unchanged. */
export function splitLinks(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(candidate)) {
    const shown = trimTail(match[0]);
    const url = toUrl(shown);
    if (url === '') continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index), url: '' });
    parts.push({ text: shown, url });
    end = match.index + shown.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), url: '' });
  return parts;
}

/** Sentence marks after a link do not belong to it; a closing bracket does if it was opened inside. */
function trimTail(link: string): string {
  let out = link;
  for (let last = out.at(-1); last !== undefined && trailing.test(out); last = out.at(-1)) {
    const opener = closers[last];
    if (opener && count(out, opener) >= count(out, last)) break;
    out = out.slice(0, -1);
  }
  return out;
}

function count(text: string, char: string): number {
  return text.split(char).length - 1;
}

function toUrl(shown: string): string {
  if (/^https?:\/\/./iu.test(shown)) return shown;
  if (/^www\.[^.\s]+\../iu.test(shown)) return `https://${shown}`;
  if (shown.includes('@')) return `mailto:${shown}`;
  return '';
}
