const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The first letter or emoji of a name, or empty where it starts with neither (a number, a mark). */
export function initial(name: string): string {
  for (const { segment } of graphemes.segment(name.trim())) {
    if (/\p{L}/u.test(segment)) return segment.toLocaleUpperCase();
    if (/\p{Extended_Pictographic}/u.test(segment)) return segment;
    return '';
  }
  return '';
}
