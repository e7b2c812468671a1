/**
 * The window's own view of what Go sends: times are Dates, words are unions, absent things are null.
 * Text, names and identifiers come from strangers: render them as text nodes only.
 */
import type { Content, Hint } from './content';
import type { MediaFile } from './media';
import type { ErrorCode } from './errors';

export const messageKinds = [
  'text',
  'image',
  'video',
  'audio',
  'document',
  'sticker',
  'location',
  'contacts',
  'button',
  'interactive',
  'order',
  'system',
  'template',
  'call',
  'request_welcome',
  'unsupported',
  'unknown',
] as const;
export type MessageKind = (typeof messageKinds)[number];

export const messageStatuses = [
  'queued',
  'sending',
  'unclear',
  'accepted',
  'sent',
  'delivered',
  'read',
  'played',
  'failed',
] as const;
export type MessageStatus = (typeof messageStatuses)[number];

type Direction = 'in' | 'out' | 'echo';
type NameSource = 'shop' | 'profile' | 'username' | 'number' | 'none';

/** How far the shop is with a conversation. */
interface WorkState {
  /** When it was put aside, or null while it is open. */
  doneAt: Date | null;
  pinned: boolean;
  /** 0 is nobody. */
  colleagueId: number;
  remindAt: Date | null;
  blocked: boolean;
  labelIds: readonly number[];
  /** The customer wrote last. */
  waiting: boolean;
}

/** A filter of the conversation list. */
export interface View {
  name: 'open' | 'unread' | 'waiting' | 'soon' | 'done' | 'label' | 'colleague';
  labelId: number;
  colleagueId: number;
}

/** How many conversations the views hold. */
export interface ViewCounts {
  open: number;
  unread: number;
  waiting: number;
  soon: number;
  done: number;
  due: number;
  nextDue: Date | null;
}

export interface Conversation extends WorkState {
  id: number;
  customerId: string;
  name: string;
  nameSource: NameSource;
  preview: string;
  previewKind: MessageKind;
  previewFromShop: boolean;
  previewStatus: MessageStatus | null;
  previewRevoked: boolean;
  previewHint: Hint;
  lastAt: Date | null;
  unread: number;
  windowClosesAt: Date | null;
  draft: string;
}

export interface ConversationDetail extends Conversation {
  draftReplyTo: string;
  maybeFormerly: string;
  erasing: boolean;
  /** Her data are only stored; somebody has opened them with a reason. */
  restricted: boolean;
  /** Whether this conversation is translated, and what the customer writes (empty while unknown). */
  interpreted: boolean;
  language: string;
}

export interface ConversationPage {
  rows: Conversation[];
  next: string;
  total: number;
  unread: number;
  counts: ViewCounts;
}

export interface Quote {
  messageId: string;
  fromShop: boolean;
  kind: MessageKind;
  text: string;
  revoked: boolean;
  hint: Hint;
}

export interface Reaction {
  emoji: string;
  fromShop: boolean;
  /** Null once it is there; otherwise queued, sending, failed or unclear. */
  state: MessageStatus | null;
  failure: ErrorCode | null;
}

export interface Message {
  id: string;
  direction: Direction;
  kind: MessageKind;
  typeName: string;
  text: string;
  fileName: string;
  sentAt: Date | null;
  editedAt: Date | null;
  revoked: boolean;
  /** Taken back by its writer, but kept by the shop's own rule. */
  kept: boolean;
  status: MessageStatus | null;
  failure: ErrorCode | null;
  failureNumber: number;
  /** What that number means, for failureWords; or empty. */
  failureTopic: string;
  forwarded: boolean;
  quote: Quote | null;
  reactions: Reaction[];
  /** Until when a queued message can be taken back. */
  heldUntil: Date | null;
  /** Failed, and sent again as another message. */
  retried: boolean;
  /** It came from a chat export, which nobody signed. */
  imported: boolean;
  /** The program sent this by itself. */
  automatic: boolean;
  content: Content;
  /** What has become of its file, or null without one. */
  file: MediaFile | null;
  /** The message in the other language, if there is one. */
  translation: Translation | null;
  /** A service has looked at it, whether or not there was something to translate. */
  translated: boolean;
  /** What sensitive content it seems to hold, as long as nobody has decided about it. */
  hints: HintKind[];
}

/** The kinds of internal/sensitive. */
export type HintKind = 'health' | 'iban' | 'card' | 'document' | 'tax_id' | 'insurance';

/** A customer's words translated, or the shop's own words of what went out translated. */
export interface Translation {
  text: string;
  from: string;
  to: string;
}

export interface MessagePage {
  messages: Message[];
  hasOlder: boolean;
  hasNewer: boolean;
}

type IdentifierKind = 'wa_id' | 'bsuid' | 'parent_bsuid' | 'username';

export interface Identifier {
  kind: IdentifierKind;
  value: string;
  firstSeen: Date | null;
  lastSeen: Date | null;
  retired: Date | null;
}

export interface Customer {
  id: string;
  name: string;
  nameSource: NameSource;
  shopName: string;
  profileName: string;
  identifiers: Identifier[];
  firstAt: Date | null;
  messages: number;
  media: number;
  erasing: boolean;
}

export interface ErasurePreview {
  customerId: string;
  name: string;
  messages: number;
  media: number;
  reactions: number;
  identifiers: number;
  drafts: number;
  notes: number;
  conversations: number;
  contactBook: boolean;
  passphraseResidue: boolean;
}

export const erasureSteps = [
  'lookup',
  'contactBook',
  'uploads',
  'key',
  'memory',
  'rows',
  'files',
  'compact',
  'scan',
] as const;
type ErasureStepName = (typeof erasureSteps)[number];
export const erasureStates = ['waiting', 'running', 'done', 'failed', 'skipped', 'pending'] as const;
type ErasureState = (typeof erasureStates)[number];

export interface ErasureReport {
  jobId: number;
  state: 'running' | 'done' | 'failed';
  steps: { name: ErasureStepName; state: ErasureState }[];
  erased: boolean;
  messages: number;
  media: number;
  filesScanned: number;
  filesSkipped: number;
  bytesScanned: number;
  scanHits: number;
  contactBook: 'deleted' | 'absent' | 'pending' | 'failed' | 'none';
  failure: ErrorCode | null;
}

export interface SetupState {
  phase: 'first' | 'locked' | 'problem' | 'open' | 'wiped';
  code: ErrorCode;
  demo: boolean;
  keychain: boolean;
  dataDir: string;
  version: string;
}

export type Provider = 'meta' | 'd360' | 'custom';

export interface ConnectRequest {
  provider: Provider;
  baseUrl: string;
  phoneNumberId: string;
  wabaId: string;
  token: string;
  appSecret: string;
  verifyToken: string;
  listenAddr: string;
  passphrase: string;
}

export interface ConnectResult {
  displayNumber: string;
  verifiedName: string;
  webhookUrl: string;
}

export interface Connection {
  receiving: 'ready' | 'stopped' | 'failed';
  receivingCode: ErrorCode | null;
  source: 'relay' | 'direct' | 'simulator' | 'none';
  webhookUrl: string;
  lastDelivery: Date | null;
  sending: 'ready' | 'offline' | 'paused';
  sendingCode: ErrorCode | null;
  queued: number;
  unclear: number;
  displayNumber: string;
  verifiedName: string;
  demo: boolean;
}

export type Language = 'de' | 'en';
type Theme = 'light' | 'dark' | 'system';

export interface Settings {
  /** Empty follows the system. */
  language: Language | '';
  theme: Theme;
  zoom: number;
  readReceipts: boolean;
  /** Keeps what customers delete for everyone, with a mark. */
  keepRevoked: boolean;
}

export interface LinkCheck {
  allowed: boolean;
  host: string;
  display: string;
  suspicious: boolean;
}

export interface DemoCustomer {
  id: string;
  name: string;
  number: string;
}

export interface DemoMessage {
  id: string;
  fromShop: boolean;
  kind: MessageKind;
  text: string;
  sentAt: Date | null;
  status: MessageStatus | null;
}

/** The printing form as it was typed; words of Go that only choose something stay strings. */
export interface PrintForm {
  kind: string;
  paper: string;
  design: string;
  industry: string;
  language: string;
  number: string;
  text: string;
  place: string;
  /** Places of a series, one in a line. */
  series: string;
  /** The code of an editable link, or empty for a link with the number. */
  linkCode: string;
  name: string;
  legalName: string;
  address: string;
  hours: string;
  phone: string;
  mail: string;
  privacy: string;
  imprint: string;
  headline: string;
  invitation: string;
  accent: string;
  together: boolean;
  firstLabel: number;
  copies: number;
  offsetX: number;
  offsetY: number;
  bleed: number;
  blackOnly: boolean;
  level: string;
  codeColour: string;
  centre: string;
  letters: string;
  edgeMm: number;
}

export const printKinds = [
  'poster',
  'window-card',
  'counter-card',
  'tent',
  'flyer',
  'business-card',
  'invoice-strip',
  'receipt-strip',
  'vehicle',
  'stickers',
] as const;
export type PrintKind = (typeof printKinds)[number];

export const printDesigns = ['counter', 'window', 'sign', 'ledger', 'awning', 'evening'] as const;
export type PrintDesign = (typeof printDesigns)[number];

export const printIndustries = ['shop', 'trade', 'salon', 'food'] as const;
export type PrintIndustry = (typeof printIndustries)[number];

/** A kind on a paper; lengths in millimetres. */
export interface PrintLayout {
  kind: PrintKind;
  paper: string;
  widthMm: number;
  heightMm: number;
  distanceMm: number;
  maker: string;
  labels: number;
  together: boolean;
}

export interface PrintLimits {
  name: number;
  address: number;
  web: number;
  hours: number;
  phone: number;
  text: number;
  place: number;
  series: number;
  headline: number;
  invitation: number;
}

export interface PrintDesk {
  form: PrintForm;
  layouts: PrintLayout[];
  designs: PrintDesign[];
  industries: PrintIndustry[];
  limits: PrintLimits;
}

export type Light = 'green' | 'yellow' | 'red';

export const printReasons = [
  'module_size',
  'edge',
  'printer_dots',
  'reading_distance',
  'contrast',
  'text_length',
] as const;
export type PrintReason = (typeof printReasons)[number];

export const printDisturbances = [
  'none',
  'coarse',
  'blur',
  'rotation-5',
  'rotation-15',
  'contrast-loss',
  'specks',
  'blotch',
] as const;
export type PrintDisturbance = (typeof printDisturbances)[number];

export interface PrintFinding {
  light: Light;
  reason: PrintReason;
  value: number;
  limit: number;
}

export interface PrintPreview {
  /** A data: address of a picture. */
  picture: string;
  widthMm: number;
  heightMm: number;
  pages: number;
  light: Light;
  exportable: boolean;
  failed: PrintDisturbance[];
  findings: PrintFinding[];
  omitted: ('hours' | 'invitation' | 'headline')[];
  edgeMm: number;
  reachMm: number;
  modules: number;
  /** The error correction the code has: L, M, Q or H. */
  level: string;
  link: string;
  text: string;
  number: string;
  doubtful: boolean;
  accent: { light: Light; contrast: number; least: number };
}

/** PDF for the office printer or the print shop, the twins of a page, the calibration page, or the code alone. */
export type PrintFile =
  'office' | 'print-shop' | 'page-svg' | 'page-html' | 'calibration' | 'pdf' | 'svg' | 'eps' | 'png';

/** What hangs where. */
export interface RegisterRow {
  id: string;
  places: string[];
  kind: PrintKind | 'code';
  paper: string;
  url: string;
  text: string;
  linkCode: string;
  placedAt: Date | null;
  retiredAt: Date | null;
  printedAt: Date | null;
  testedAt: Date | null;
  prints: number;
  conversations: number;
  messages: number;
}

/** A trial of a code with a phone. */
export interface CodeTest {
  picture: string;
  link: string;
  text: string;
  passedAt: Date | null;
}

/** A link whose text can be changed after it was printed. */
export interface ShortLink {
  code: string;
  url: string;
  text: string;
  hanging: RegisterRow[];
}
