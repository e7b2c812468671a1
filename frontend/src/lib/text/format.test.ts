import { describe, expect, test } from 'vitest';
import { formatText, isEmojiOnly, plainText, type Block, type Inline } from './format';

/** Blocks as a short text: <b>, <i>, <s>, <c>, <a>. */
function inline(part: Inline): string {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'code':
      return `<c>${part.text}</c>`;
    case 'link':
      return `<a ${part.url}>${part.text}</a>`;
    default: {
      const tag = { bold: 'b', italic: 'i', strike: 's' }[part.kind];
      return `<${tag}>${part.children.map(inline).join('')}</${tag}>`;
    }
  }
}

function block(part: Block): string {
  switch (part.kind) {
    case 'text':
      return part.children.map(inline).join('');
    case 'quote':
      return `> ${part.children.map(inline).join('')}`;
    case 'code':
      return `<pre>${part.text}</pre>`;
    case 'bullets':
      return part.items.map((item) => `• ${item.map(inline).join('')}`).join('|');
    case 'numbers':
      return part.items.map((item, i) => `${String(part.start + i)}) ${item.map(inline).join('')}`).join('|');
  }
}

const shown = (text: string) => formatText(text).map(block).join('||');

describe('formatText', () => {
  test.each([
    ['Guten Tag', 'Guten Tag'],
    ['das ist *wichtig*', 'das ist <b>wichtig</b>'],
    ['_so_ und ~so nicht~', '<i>so</i> und <s>so nicht</s>'],
    ['*zwei Wörter* und *noch eins*', '<b>zwei Wörter</b> und <b>noch eins</b>'],
    ['*_beides_*', '<b><i>beides</i></b>'],
    ['_*~alles~*_', '<i><b><s>alles</s></b></i>'],
    ['(*in Klammern*), *am Ende*.', '(<b>in Klammern</b>), <b>am Ende</b>.'],
    ['„*Zitat*“', '„<b>Zitat</b>“'],
    ['2*3*4 = 24', '2*3*4 = 24'],
    ['ein_datei_name.txt', 'ein_datei_name.txt'],
    ['* kein Fett*', '• kein Fett*'],
    ['*kein Fett *', '*kein Fett *'],
    ['a * b * c', 'a * b * c'],
    ['*über\nzwei Zeilen*', '*über\nzwei Zeilen*'],
    ['**', '**'],
    ['***', '***'],
    ['**doppelt**', '*<b>doppelt</b>*'],
    ['*fett*nicht', '*fett*nicht'],
    ['*fett _offen*', '<b>fett _offen</b>'],
    ['*a* _b', '<b>a</b> _b'],
    ['`*nicht fett*`', '<c>*nicht fett*</c>'],
    ['*vor `co*de` nach*', '<b>vor <c>co*de</c> nach</b>'],
    ['` `', '` `'],
    ['```\nzeile *1*\n zeile 2\n```', '<pre>zeile *1*\n zeile 2</pre>'],
    ['vorher ```x``` nachher', 'vorher ||<pre>x</pre>|| nachher'],
    ['```offen', '```offen'],
    ['> gesagt\n> *und* mehr\nAntwort', '> gesagt\n<b>und</b> mehr||Antwort'],
    ['>', '>'],
    ['- eins\n- *zwei*\n* drei', '• eins|• <b>zwei</b>|• drei'],
    ['1. eins\n2. zwei\n7. sieben', '1) eins|2) zwei||7) sieben'],
    ['2026. Ein Jahr', '2026. Ein Jahr'],
    ['3.50 Euro', '3.50 Euro'],
    ['a\n\nb', 'a\n\nb'],
    ['https://a.de/x_y_z und _so_', '<a https://a.de/x_y_z>https://a.de/x_y_z</a> und <i>so</i>'],
    ['*https://a.de/b*', '<b><a https://a.de/b>https://a.de/b</a></b>'],
    ['<b>x</b> *<i>*', '<b>x</b> <b><i></b>'],
    ['*عاجل*', '<b>عاجل</b>'],
    ['*🌻*', '<b>🌻</b>'],
  ])('%j', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  test('nothing of a text is lost or added, whatever it is', () => {
    const pieces = [
      '*',
      '_',
      '~',
      '`',
      '```',
      '\n',
      ' ',
      'a',
      'Wort',
      '> ',
      '- ',
      '1. ',
      '🌻',
      'https://a.de/_x',
      '<',
      'ע',
    ];
    let seed = 42;
    const next = (n: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
      return seed % n;
    };
    const bare = (text: string) => text.replace(/[*_~`>\s-]|\d{1,3}\. /gu, '');
    const seen = (blocks: Block[]) =>
      blocks
        .map((part) =>
          'items' in part ? part.items.flat() : 'children' in part ? part.children : [part as Inline],
        )
        .flat()
        .map(function text(part: Inline): string {
          return 'children' in part ? part.children.map(text).join('') : part.text;
        })
        .join('');
    for (let round = 0; round < 3000; round++) {
      const text = Array.from({ length: 1 + next(24) }, () => pieces[next(pieces.length)]).join('');
      expect(bare(seen(formatText(text))), JSON.stringify(text)).toBe(bare(text));
    }
  });

  test('long hostile texts are read quickly', () => {
    const started = performance.now();
    for (const piece of ['*', '*a ', '_a_a ', '*_~', '`', '```', '> ', '- ', '1. ', '*a* ', 'x*'])
      formatText(piece.repeat(8192));
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

test('plainText takes the signs away', () => {
  expect(plainText('*Achtung*\n- _eins_\n- zwei\n> `x`')).toBe('Achtung • eins • zwei x');
  expect(plainText('2. b\n3. c')).toBe('2. b 3. c');
});

test.each([
  ['👍', true],
  ['👍🏽 ❤️', true],
  ['👨‍👩‍👧‍👦', true],
  ['🇩🇪', true],
  ['1️⃣', true],
  ['👍👍👍👍', false],
  ['👍 ja', false],
  ['1', false],
  ['', false],
  ['  ', false],
])('isEmojiOnly %j', (text, expected) => {
  expect(isEmojiOnly(text)).toBe(expected);
});
