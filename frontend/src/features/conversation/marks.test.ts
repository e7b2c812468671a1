import { describe, expect, it } from 'vitest';
import { wrapSelection } from './marks';

describe('wrapSelection', () => {
  it('puts the sign around the words and keeps them selected', () => {
    expect(wrapSelection('Ab morgen offen', 3, 9, '*')).toEqual({
      text: 'Ab *morgen* offen',
      start: 4,
      end: 10,
    });
  });

  it('leaves spaces outside, because WhatsApp takes no sign beside one', () => {
    expect(wrapSelection('Ab morgen offen', 2, 10, '_').text).toBe('Ab _morgen_ offen');
  });

  it('takes the sign away again', () => {
    expect(wrapSelection('Ab *morgen* offen', 4, 10, '*')).toEqual({
      text: 'Ab morgen offen',
      start: 3,
      end: 9,
    });
  });

  it('opens a place to write in where nothing is selected', () => {
    expect(wrapSelection('Ab ', 3, 3, '*')).toEqual({ text: 'Ab **', start: 4, end: 4 });
  });
});
