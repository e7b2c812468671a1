import { describe, expect, it } from 'vitest';
import { message as row } from '../../../test/fakeBackend';
import { message } from '~/lib/api/convert';
import { canReplyTo, toRows } from './rows';

const at = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute).getTime();
const make = (id: string, sentAtMs: number, direction = 'in') =>
  message(row({ id, conversationId: 1, sentAtMs, direction }));

describe('toRows', () => {
  it('begins a day, joins neighbours and marks where the unread begin', () => {
    const rows = toRows(
      [
        make('1', at(20, 23, 59)),
        make('2', at(21, 0, 1)),
        make('3', at(21, 0, 3)),
        make('4', at(21, 0, 4), 'out'),
        make('5', at(21, 0, 5), 'echo'),
      ],
      '3',
    );
    expect(rows.map((r) => r.startsDay)).toEqual([true, true, false, false, false]);
    expect(rows.map((r) => r.joined)).toEqual([false, false, false, false, true]);
    expect(rows.map((r) => r.startsUnread)).toEqual([false, false, true, false, false]);
    expect(rows.map((r) => r.last)).toEqual([false, false, false, false, true]);
  });
});

describe('canReplyTo', () => {
  it.each([
    [{}, true],
    [{ revoked: true }, false],
    [{ kind: 'system' }, false],
    [{ direction: 'out', status: 'queued' }, false],
    [{ direction: 'out', status: 'failed' }, false],
    [{ direction: 'out', status: 'delivered' }, true],
  ])('%o: %s', (part, expected) => {
    expect(canReplyTo(message(row({ id: '1', conversationId: 1, ...part })))).toBe(expected);
  });
});
