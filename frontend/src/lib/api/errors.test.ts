import { describe, expect, it } from 'vitest';
import { ApiError, call, toApiError } from './errors';

describe('toApiError', () => {
  it('reads the JSON the Go side puts into the message', () => {
    const error = toApiError(new Error('{"code":"invalid","field":"token","reference":"3f9a"}'));
    expect(error).toMatchObject({ code: 'invalid', field: 'token', reference: '3f9a' });
  });

  it.each([
    ['a code of a newer program', new Error('{"code":"quantum"}')],
    ['text that is not JSON', new Error('method not found')],
    ['a plain string', 'no such binding'],
    ['a JSON number', new Error('7')],
    ['nothing', undefined],
  ])('makes %s an internal error', (_, reason) => {
    expect(toApiError(reason).code).toBe('internal');
  });

  it('ignores fields of the wrong type', () => {
    expect(toApiError('{"code":"offline","field":7}')).toMatchObject({ code: 'offline', field: '' });
  });
});

describe('call', () => {
  it('turns what the binding rejects or throws with into an ApiError', async () => {
    await expect(call(() => Promise.reject(new Error('{"code":"conflict"}')))).rejects.toMatchObject({
      code: 'conflict',
    });
    const missing = () => {
      throw new TypeError('window.go is undefined');
    };
    await expect(call(missing)).rejects.toBeInstanceOf(ApiError);
  });
});
