import { describe, expect, it } from 'vitest';
import { initial } from './initial';
import { textLength } from './length';

describe('initial', () => {
  it.each([
    ['anna', 'A'],
    ['  Özgür', 'Ö'],
    ['محمد', 'م'],
    ['👩‍🌾 Hof', '👩‍🌾'],
    ['+49170', ''],
    ['', ''],
    ['„Anna“', ''],
  ])('of %s is %s', (name, letter) => {
    expect(initial(name)).toBe(letter);
  });
});

describe('textLength', () => {
  it('counts characters, not UTF-16 units', () => {
    expect(textLength('ä👍')).toBe(2);
  });
});
