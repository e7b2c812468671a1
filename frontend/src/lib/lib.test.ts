import { describe, expect, it, vi } from 'vitest';
import { whyForbidden } from '../../scripts/importDirection.mjs';
import { ApiError } from './api';
import { Coalesce } from './coalesce';
import { Doing } from './doing.svelte';
import { focusNextColumn } from './focus';
import { windowState } from './window';

describe('windowState', () => {
  const now = new Date('2026-11-22T12:00:00Z');
  const after = (ms: number) => new Date(now.getTime() + ms);
  it.each([
    [null, 'never'],
    [after(0), 'closed'],
    [after(1), 'soon'],
    [after(3 * 3_600_000 - 1), 'soon'],
    [after(3 * 3_600_000), 'open'],
  ])('closing at %s is %s', (closesAt, state) => {
    expect(windowState(closesAt, now)).toBe(state);
  });
});

describe('Coalesce', () => {
  it('handles a burst once, and what comes meanwhile once more', async () => {
    vi.useFakeTimers();
    const batches: number[][] = [];
    let finish = () => {};
    const changes = new Coalesce<number>((items) => {
      batches.push([...items]);
      return new Promise<void>((resolve) => (finish = resolve));
    }, 10);
    for (const item of [1, 2, 1, 3]) changes.add(item);
    await vi.advanceTimersByTimeAsync(10);
    changes.add(4);
    await vi.advanceTimersByTimeAsync(50);
    expect(batches).toEqual([[1, 2, 3]]);
    finish();
    await vi.advanceTimersByTimeAsync(10);
    expect(batches).toEqual([[1, 2, 3], [4]]);
    vi.useRealTimers();
  });
});

describe('Doing', () => {
  class Errands extends Doing<'go'> {
    go = (work: () => Promise<void>) => this.do('go', work);
    goOnce = (work: () => Promise<void>) => this.once('go', work);
  }

  it('keeps what went wrong until something works', async () => {
    const errands = new Errands();
    expect(await errands.go(() => Promise.reject(new ApiError('offline')))).toBe(false);
    expect([errands.error?.code, errands.busy]).toEqual(['offline', '']);
    let during: unknown;
    const work = () => Promise.resolve(void (during = [errands.error?.code, errands.busy]));
    expect(await errands.go(work)).toBe(true);
    expect(during).toEqual(['offline', 'go']);
    expect([errands.error, errands.busy]).toEqual([null, '']);
  });

  it('does one thing at a time where that is wanted', async () => {
    const errands = new Errands();
    let finish = () => {};
    const first = errands.goOnce(() => new Promise<void>((resolve) => (finish = resolve)));
    const second = vi.fn(() => Promise.resolve());
    expect(await errands.goOnce(second)).toBe(false);
    expect(second).not.toHaveBeenCalled();
    finish();
    expect(await first).toBe(true);
  });
});

describe('focusNextColumn', () => {
  it('goes round in both directions and prefers the start of a column', () => {
    document.body.innerHTML = `
      <div data-column><button id="a"></button></div>
      <div data-column><button></button><button id="b" data-column-start></button></div>
      <div data-column></div>`;
    const go = (backwards: boolean) => {
      focusNextColumn(document, backwards);
      return document.activeElement?.id;
    };
    expect([go(false), go(false), go(false), go(true), go(true)]).toEqual(['a', 'b', 'a', 'b', 'a']);
  });
});

describe('import direction', () => {
  it.each([
    ['routes/Shop.svelte', 'features/demo/play.svelte', null],
    ['features/demo/a.ts', 'features/demo/b.ts', null],
    ['features/demo/a.ts', 'features/links/b.ts', 'a feature must not import another'],
    ['lib/a.ts', 'components/B.svelte', 'lib must not import components'],
    ['components/A.svelte', 'features/demo/b.ts', 'components must not import features'],
    ['features/demo/a.ts', 'wailsjs/go/app/Inbox', 'only lib/api'],
    ['lib/api/inbox.ts', 'wailsjs/go/app/Inbox', null],
  ])('%s → %s', (from, to, reason) => {
    const found = whyForbidden(from, to);
    if (reason === null) expect(found).toBeNull();
    else expect(found).toContain(reason);
  });
});
