import { splitLinks } from './links';

/** A run of text inside a line. Nothing here is ever read as markup: every text becomes a text node. */
export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'link'; text: string; url: string }
  | { kind: 'bold'; children: Inline[] }
  | { kind: 'italic'; children: Inline[] }
  | { kind: 'strike'; children: Inline[] };

/** What a message is made of from top to bottom. */
export type Block =
  | { kind: 'text'; children: Inline[] }
  | { kind: 'quote'; children: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'bullets'; items: Inline[][] }
  | { kind: 'numbers'; start: number; items: Inline[][] };

type Mark = 'bold' | 'italic' | 'strike';

const marks: Readonly<Record<string, Mark>> = { '*': 'bold', _: 'italic', '~': 'strike' };

/**
 * Reads the formatting WhatsApp knows: *bold*, _italic_, ~strike~, `code`, three backticks around several
 * lines, "> " for quotes, "- " or "* " and "1. " for lists. Signs that format nothing stay as they are.
 * (WhatsApp help: How to format your messages.)
 */
export function formatText(text: string): Block[] {
  const blocks: Block[] = [];
  let end = 0;
  for (const match of text.matchAll(/```([^]*?)```/gu)) {
    const inside = match[1] ?? '';
    if (inside.trim() === '') continue;
    // The line breaks around a block of code belong to it, not to the text.
    readLines(text.slice(end, match.index).replace(/\n$/u, ''), blocks);
    blocks.push({ kind: 'code', text: inside.replace(/^\n|\n$/gu, '') });
    end = match.index + match[0].length;
    if (text[end] === '\n') end++;
  }
  readLines(text.slice(end), blocks);
  return blocks;
}

function readLines(text: string, blocks: Block[]): void {
  if (text === '') return;
  for (const line of text.split('\n')) addLine(line, blocks);
}

function addLine(line: string, blocks: Block[]): void {
  const last = blocks.at(-1);
  const quote = /^> ?(?=\S)/u.exec(line);
  if (quote) {
    extend(blocks, last?.kind === 'quote' ? last : undefined, 'quote', line.slice(quote[0].length));
    return;
  }
  const bullet = /^[-*] +(?=\S)/u.exec(line);
  if (bullet) {
    const item = formatLine(line.slice(bullet[0].length));
    if (last?.kind === 'bullets') last.items.push(item);
    else blocks.push({ kind: 'bullets', items: [item] });
    return;
  }
  const number = /^(\d{1,3})\. +(?=\S)/u.exec(line);
  if (number) {
    const item = formatLine(line.slice(number[0].length));
    const value = Number(number[1]);
    if (last?.kind === 'numbers' && value === last.start + last.items.length) last.items.push(item);
    else blocks.push({ kind: 'numbers', start: value, items: [item] });
    return;
  }
  extend(blocks, last?.kind === 'text' ? last : undefined, 'text', line);
}

/** Adds a line to the block above it, or begins a new one. */
function extend(
  blocks: Block[],
  above: { children: Inline[] } | undefined,
  kind: 'text' | 'quote',
  line: string,
): void {
  if (above) above.children.push({ kind: 'text', text: '\n' }, ...formatLine(line));
  else blocks.push({ kind, children: formatLine(line) });
}

/** What is not looked into for signs: code and links. */
interface Atom {
  start: number;
  end: number;
  node: Inline;
}

function formatLine(line: string): Inline[] {
  return new Line(line).read(0, line.length, '');
}

class Line {
  readonly #text: string;
  readonly #atoms = new Map<number, Atom>();

  constructor(text: string) {
    this.#text = text;
    let end = 0;
    for (const match of text.matchAll(/`([^`]+)`/gu)) {
      if (match[1]?.trim() === '') continue;
      this.#addLinks(end, match.index);
      end = match.index + match[0].length;
      this.#atoms.set(match.index, { start: match.index, end, node: { kind: 'code', text: match[1] ?? '' } });
    }
    this.#addLinks(end, text.length);
  }

  #addLinks(start: number, end: number): void {
    let at = start;
    for (const part of splitLinks(this.#text.slice(start, end))) {
      const next = at + part.text.length;
      if (part.url !== '')
        this.#atoms.set(at, {
          start: at,
          end: next,
          node: { kind: 'link', text: part.text, url: part.url },
        });
      at = next;
    }
  }

  /** Reads a part of the line; the signs in open are around it already and mean nothing more inside. */
  read(start: number, end: number, open: string): Inline[] {
    const out: Inline[] = [];
    /** Signs for which nothing further on closes: looking once is enough. */
    const lost = new Set<string>();
    let plain = start;
    let at = start;
    const flush = () => {
      if (at > plain) out.push({ kind: 'text', text: this.#text.slice(plain, at) });
    };
    while (at < end) {
      const atom = this.#atoms.get(at);
      if (atom) {
        flush();
        out.push(atom.node);
        at = plain = atom.end;
        continue;
      }
      const sign = this.#text[at] ?? '';
      const mark = marks[sign];
      if (mark && !open.includes(sign) && !lost.has(sign) && this.#opens(at)) {
        const close = this.#closing(sign, at + 1, end);
        if (close > 0) {
          flush();
          out.push({ kind: mark, children: this.read(at + 1, close, open + sign) });
          at = plain = close + 1;
          continue;
        }
        lost.add(sign);
      }
      at++;
    }
    flush();
    return out;
  }

  #opens(at: number): boolean {
    const after = this.#text[at + 1] ?? ' ';
    return !isWord(this.#text[at - 1]) && !/\s/u.test(after) && after !== this.#text[at];
  }

  #closing(sign: string, from: number, end: number): number {
    for (let at = from; at < end; at++) {
      const atom = this.#atoms.get(at);
      if (atom) {
        at = atom.end - 1;
        continue;
      }
      if (this.#text[at] !== sign || at === from) continue;
      if (!/\s/u.test(this.#text[at - 1] ?? ' ') && !isWord(this.#text[at + 1])) return at;
    }
    return -1;
  }
}

function isWord(char: string | undefined): boolean {
  return char !== undefined && /[\p{L}\p{N}]/u.test(char);
}

/** The same text without the signs, on one line: for lists and quotes. */
export function plainText(text: string): string {
  return formatText(text).map(plainBlock).join(' ').replace(/\s+/gu, ' ').trim();
}

function plainBlock(block: Block): string {
  switch (block.kind) {
    case 'code':
      return block.text;
    case 'bullets':
      return block.items.map((item) => `• ${item.map(plainInline).join('')}`).join(' ');
    case 'numbers':
      return block.items
        .map((item, index) => `${String(block.start + index)}. ${item.map(plainInline).join('')}`)
        .join(' ');
    case 'text':
    case 'quote':
      return block.children.map(plainInline).join('');
  }
}

function plainInline(part: Inline): string {
  return 'children' in part ? part.children.map(plainInline).join('') : part.text;
}

const emoji = /^(?:\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3)/u;
const mostLarge = 3;

/** Whether a text is nothing but one to three emoji: those are shown large. */
export function isEmojiOnly(text: string): boolean {
  const bare = text.replace(/\s+/gu, '');
  if (bare === '' || bare.length > 120) return false;
  const graphemes = [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(bare)];
  return graphemes.length <= mostLarge && graphemes.every(({ segment }) => emoji.test(segment));
}
