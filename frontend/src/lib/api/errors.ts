/** The error codes of internal/inbox/errors.go. A code this window does not know counts as internal. */
export const errorCodes = [
  'invalid',
  'not_found',
  'conflict',
  'window_closed',
  'no_opt_in',
  'template_rejected',
  'token_expired',
  'permission',
  'account_blocked',
  'payment',
  'undeliverable',
  'rate_limited',
  'offline',
  'unclear',
  'relay_unreachable',
  'unpaired',
  'translate_consent',
  'translate_key',
  'translate_quota',
  'translate_offline',
  'translate_language',
  'in_use',
  'key_missing',
  'keychain_unavailable',
  'wrong_passphrase',
  'storage_damaged',
  'storage_full',
  'storage_locked',
  'storage_newer',
  'storage_read_only',
  'locked',
  'not_allowed',
  'restricted',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export function toErrorCode(code: unknown): ErrorCode {
  return errorCodes.find((known) => known === code) ?? 'internal';
}

/** What a call of the Go side fails with. Its words are in the catalogues, keyed by code. */
export class ApiError extends Error {
  constructor(
    readonly code: ErrorCode,
    /** The request field the error is about, or empty. */
    readonly field = '',
    /** Finds an internal error in the log, or empty. */
    readonly reference = '',
    /** What the provider's own number means, for failureWords; or empty. */
    readonly topic = '',
  ) {
    super(code);
    this.name = 'ApiError';
  }
}

/**
 * Reads what the bridge rejected with. Wails makes `new Error(text)` of the JSON the Go side returned;
 * its own refusals (an unknown method, an argument of the wrong type) are plain strings.
 */
export function toApiError(reason: unknown): ApiError {
  if (reason instanceof ApiError) return reason;
  const text = reason instanceof Error ? reason.message : reason;
  if (typeof text !== 'string') return new ApiError('internal');
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) return new ApiError('internal');
    const { code, field, reference, topic } = parsed as Record<string, unknown>;
    return new ApiError(toErrorCode(code), asText(field), asText(reference), asText(topic));
  } catch {
    return new ApiError('internal');
  }
}

/** Awaits a bound call and turns whatever it rejects with into an ApiError. */
export async function call<T>(bound: () => Promise<T>): Promise<T> {
  try {
    return await bound();
  } catch (reason) {
    throw toApiError(reason);
  }
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
