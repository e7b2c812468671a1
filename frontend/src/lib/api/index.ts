/** The only door to the Go side: nothing outside this folder imports the generated bindings. */
export * as backups from './backups';
export * as consents from './consents';
export * as costs from './costs';
export * as codes from './codes';
export * as customers from './customers';
export * as demo from './demo';
export * as guide from './guide';
export * as health from './health';
export * as imprint from './imprint';
export * as inbox from './inbox';
export * as links from './links';
export * as media from './media';
export * as print from './print';
export * as snippets from './snippets';
export * as templates from './templates';
export * as profile from './profile';
export * as search from './search';
export * as relay from './relay';
export * as retention from './retention';
export * as rights from './rights';
export * as sending from './sending';
export * as setup from './setup';
export * as shop from './shop';
export * as system from './system';
export * as translation from './translation';
export type { TranslationDesk, TranslationProvider } from './translation';
export * as website from './website';
export * as voice from './voice';
export { hintOf, type Hint, type Referral, type Version } from './content';
export type { Frame, FrameButtonKind, FrameSection } from './frame';
export * as work from './work';
export type { Purpose } from './consents';
export { copyText } from './clipboard';
export { on } from './events';
export { showUnread } from './title';
export { ApiError, toApiError, type ErrorCode } from './errors';
export * from './connecting';
export type * from './imprint';
export type * from './profile';
export type * from './shop';
export type * from './website';
export * from './types';
export { fileProblems, toProblem, type FileProblem, type SendingSettings, type StagedFile } from './sending';
export type { Keeping, MediaFile } from './media';
export type { MessageHit, PersonHit } from './search';
export {
  labelColours,
  type Colleague,
  type DueReminder,
  type Label,
  type LabelColour,
  type Note,
} from './work';
