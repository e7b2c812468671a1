import { describe, expect, it } from 'vitest';
import { readCoordinates } from './sending.svelte';

describe('readCoordinates', () => {
  it.each([
    ['52.52, 13.405', 52.52, 13.405],
    ['52,52 13,405', 52.52, 13.405],
    ['52,52; 13,405', 52.52, 13.405],
    ['52.5200°,13.4050°', 52.52, 13.405],
    [' -33.9 18.4 ', -33.9, 18.4],
    ['52, 13', 52, 13],
  ])('understands %s', (text, latitude, longitude) => {
    expect(readCoordinates(text)).toEqual({ latitude, longitude });
  });

  it.each(['', '52.52', 'Am Markt 1', '91, 13', '52, 181', '52.52, 13.405, 7'])('refuses %j', (text) => {
    expect(readCoordinates(text)).toBeNull();
  });
});
