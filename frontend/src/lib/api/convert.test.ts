import { describe, expect, it } from 'vitest';
import { message as row } from '../../../test/fakeBackend';
import * as convert from './convert';

describe('message', () => {
  it('makes dates of milliseconds and null of zero', () => {
    const message = convert.message(row({ id: '1', conversationId: 1, sentAtMs: 1_700_000_000_000 }));
    expect(message.sentAt).toEqual(new Date(1_700_000_000_000));
    expect(message.editedAt).toBeNull();
  });

  it('takes words it does not know without harm', () => {
    const message = convert.message(
      row({ id: '1', conversationId: 1, kind: 'hologram', status: 'teleported', failureCode: 'wormhole' }),
    );
    expect(message).toMatchObject({ kind: 'unknown', status: null, failure: 'internal' });
  });
});
