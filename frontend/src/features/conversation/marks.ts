/** Puts WhatsApp's sign for bold or italic around what is selected, or takes it away if it is there. */
export function wrapSelection(
  text: string,
  start: number,
  end: number,
  sign: string,
): { text: string; start: number; end: number } {
  const inside = text.slice(start, end);
  // WhatsApp takes no sign next to a space: what is around the words stays outside.
  const words = inside.trim();
  const from = start + inside.indexOf(words);
  const to = from + words.length;
  if (text.slice(from - 1, from) === sign && text.slice(to, to + 1) === sign) {
    return { text: text.slice(0, from - 1) + words + text.slice(to + 1), start: from - 1, end: to - 1 };
  }
  return { text: text.slice(0, from) + sign + words + sign + text.slice(to), start: from + 1, end: to + 1 };
}
