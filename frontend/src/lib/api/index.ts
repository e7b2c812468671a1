/** The only door to the Go side: nothing outside this folder imports the generated bindings. */
export * as customers from './customers';
export * as demo from './demo';
export * as guide from './guide';
export * as health from './health';
export * as inbox from './inbox';
export * as print from './print';
export * as search from './search';
export * as relay from './relay';
export * as setup from './setup';
export * as system from './system';
export { hintOf, type Hint, type Referral, type Version } from './content';
export { copyText } from './clipboard';
export { on } from './events';
export { ApiError, toApiError, type ErrorCode } from './errors';
export * from './connecting';
export * from './types';
export type { MessageHit, PersonHit } from './search';
