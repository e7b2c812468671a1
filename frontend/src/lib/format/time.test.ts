import { describe, expect, it } from 'vitest';
import { daysBetween, TimeFormat } from './time';

const now = new Date(2026, 10, 22, 12, 4);
const de = new TimeFormat('de');
const en = new TimeFormat('en');
const before = (hours: number) => new Date(now.getTime() - hours * 3_600_000);

describe('TimeFormat', () => {
  it.each([
    [0, '12:04'],
    [12, '00:04'],
    [13, 'gestern'],
    [2 * 24, 'Freitag'],
    [6 * 24, 'Montag'],
    [7 * 24, '15.11.2026'],
  ])('shortens a time %d hours ago to %s', (hours, text) => {
    expect(de.short(before(hours), now)).toBe(text);
  });

  it('names days as people do', () => {
    expect(de.day(now, now)).toBe('heute');
    expect(de.day(before(24), now)).toBe('gestern');
    expect(en.day(before(24), now)).toBe('yesterday');
    expect(de.day(before(30 * 24), now)).toBe('Freitag, 23. Oktober 2026');
  });

  it.each([
    [30_000, '1 Min.'],
    [59 * 60_000, '59 Min.'],
    [60 * 60_000, '1 Std.'],
    [100 * 60_000, '1 Std. 40 Min.'],
    [3 * 3_600_000, '3 Std.'],
    [23.9 * 3_600_000, '23 Std.'],
  ])('says how much of %d ms is left: %s', (ms, text) => {
    expect(de.left(new Date(now.getTime() + ms), now)).toBe(text);
  });

  it('says how long ago something was, and never lies into the future', () => {
    expect(de.ago(before(0.04), now)).toBe('vor 2 Min.');
    expect(de.ago(new Date(now.getTime() - 20_400), now)).toBe('vor 20 Sek.');
    expect(de.ago(before(5), now)).toBe('vor 5 Std.');
    expect(de.ago(before(50), now)).toBe('20. Nov. 2026');
    expect(de.ago(new Date(now.getTime() + 60_000), now)).toBe(de.ago(now, now));
  });
});

describe('daysBetween', () => {
  it('counts calendar days, also over the change to winter time', () => {
    expect(daysBetween(new Date(2026, 9, 24, 23, 59), new Date(2026, 9, 25, 0, 1))).toBe(1);
    expect(daysBetween(new Date(2026, 9, 24, 12), new Date(2026, 9, 26, 12))).toBe(2);
  });
});
