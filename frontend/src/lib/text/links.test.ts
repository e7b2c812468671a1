import { describe, expect, it } from 'vitest';
import { splitLinks } from './links';

const links = (text: string) => splitLinks(text).filter((part) => part.url !== '');

describe('splitLinks', () => {
  it.each([
    ['Siehe https://beispiel.de.', 'https://beispiel.de', 'https://beispiel.de'],
    ['(https://beispiel.de/a_(b))', 'https://beispiel.de/a_(b)', 'https://beispiel.de/a_(b)'],
    ['www.beispiel.de/x?y=1, danke', 'www.beispiel.de/x?y=1', 'https://www.beispiel.de/x?y=1'],
    ['HTTPS://BEISPIEL.DE!', 'HTTPS://BEISPIEL.DE', 'HTTPS://BEISPIEL.DE'],
    ['„https://beispiel.de/ü“', 'https://beispiel.de/ü', 'https://beispiel.de/ü'],
    ['post an anna.b+c@blumen-anders.de.', 'anna.b+c@blumen-anders.de', 'mailto:anna.b+c@blumen-anders.de'],
  ])('finds the link in %s', (text, shown, url) => {
    expect(links(text)).toEqual([{ text: shown, url }]);
  });

  it.each(['Um 12.30 Uhr', 'a.b.c', 'http://', 'www.', 'javascript:alert(1)', '@anna', 'mailto:', ''])(
    'finds none in %s',
    (text) => {
      expect(links(text)).toEqual([]);
    },
  );

  it('gives the text back unchanged', () => {
    const text = 'Erst https://a.de, dann\nwww.b.de?x=(1). Und https://a.de noch einmal – x@y.de!';
    expect(
      splitLinks(text)
        .map((part) => part.text)
        .join(''),
    ).toBe(text);
    expect(links(text)).toHaveLength(4);
  });

  it('takes a message of the greatest length without delay', () => {
    const start = performance.now();
    splitLinks('https://a.de/' + ')'.repeat(4083));
    splitLinks('a@'.repeat(2048));
    splitLinks('www.'.repeat(1024));
    expect(performance.now() - start).toBeLessThan(500);
  });
});
