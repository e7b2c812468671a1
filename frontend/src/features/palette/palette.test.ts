import { describe, expect, it, vi } from 'vitest';
import { fakeShop } from '../../../test/fake';
import { fitting, Palette } from './palette.svelte';

const entries = [
  { id: 'a', label: 'Gehe zu: Profil & Impressum', run: () => {} },
  { id: 'b', label: 'Etikett geben: Größere Aufträge', run: () => {} },
];

describe('the palette', () => {
  it('finds entries by parts of words, accents aside', () => {
    expect(fitting(entries, 'impr').map((entry) => entry.id)).toEqual(['a']);
    expect(fitting(entries, 'auftrage grossere').map((entry) => entry.id)).toEqual(['b']);
    expect(fitting(entries, 'xyz')).toEqual([]);
  });

  it('shows people before actions and messages, and moves around in a circle', async () => {
    fakeShop();
    const palette = new Palette(() => entries);
    expect(palette.rows.map((row) => row.type)).toEqual(['entry', 'entry']);
    await palette.type('Annegret');
    await vi.waitFor(() => expect(palette.people.length).toBeGreaterThan(0));
    expect(palette.rows[0]?.type).toBe('person');
    palette.move(-1);
    expect(palette.active).toBe(palette.rows.length - 1);
    palette.move(1);
    expect(palette.active).toBe(0);
  });
});
