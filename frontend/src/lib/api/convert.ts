import type { app } from '~/wailsjs/go/models';
import { content } from './content';
import { mediaFile } from './media';
import { toErrorCode, type ErrorCode } from './errors';
import {
  erasureStates,
  erasureSteps,
  messageKinds,
  messageStatuses,
  printDesigns,
  printDisturbances,
  printIndustries,
  printKinds,
  printReasons,
  type Connection,
  type Conversation,
  type ConversationDetail,
  type Customer,
  type DemoMessage,
  type ErasureReport,
  type HintKind,
  type Light,
  type Message,
  type MessageKind,
  type MessageStatus,
  type PrintDesk,
  type PrintPreview,
  type Quote,
  type Settings,
  type SetupState,
  type ViewCounts,
} from './types';

/** Unix milliseconds to Date; 0 means there is no time. */
export function toDate(ms: number): Date | null {
  return ms > 0 ? new Date(ms) : null;
}

/** Picks a known word; a newer Go side may send one this window does not know. */
export function oneOf<T extends string>(known: readonly T[], value: string, fallback: T): T {
  return known.find((word) => word === value) ?? fallback;
}

function kind(value: string): MessageKind {
  return oneOf(messageKinds, value, 'unknown');
}

function status(value: string): MessageStatus | null {
  return messageStatuses.find((word) => word === value) ?? null;
}

function optionalCode(value: string): ErrorCode | null {
  return value === '' ? null : toErrorCode(value);
}

const nameSources = ['shop', 'profile', 'username', 'number', 'none'] as const;

export function conversation(row: app.ConversationRow): Conversation {
  return {
    id: row.id,
    customerId: row.customerId,
    name: row.name,
    nameSource: oneOf(nameSources, row.nameSource, 'none'),
    preview: row.preview,
    previewKind: kind(row.previewKind),
    previewFromShop: row.previewFromShop,
    previewStatus: status(row.previewStatus),
    previewRevoked: row.previewRevoked,
    previewHint: row.previewHint,
    lastAt: toDate(row.lastAtMs),
    unread: row.unread,
    windowClosesAt: toDate(row.windowClosesAtMs),
    draft: row.draft,
    doneAt: toDate(row.doneAtMs),
    pinned: row.pinned,
    colleagueId: row.colleagueId,
    remindAt: toDate(row.remindAtMs),
    blocked: row.blocked,
    labelIds: row.labelIds,
    waiting: row.waiting,
  };
}

export function viewCounts(row: app.ViewCounts): ViewCounts {
  const { nextDueMs, ...counts } = row;
  return { ...counts, nextDue: toDate(nextDueMs) };
}

export function conversationDetail(row: app.ConversationDetail): ConversationDetail {
  return {
    ...conversation(row),
    draftReplyTo: row.draftReplyTo,
    maybeFormerly: row.maybeFormerly,
    erasing: row.erasing,
    restricted: row.restricted,
    interpreted: row.interpreted,
    language: row.language,
  };
}

function quote(row: app.QuoteRow): Quote {
  return {
    messageId: row.messageId,
    fromShop: row.fromShop,
    kind: kind(row.kind),
    text: row.text,
    revoked: row.revoked,
    hint: row.hint,
  };
}

export function message(row: app.MessageRow): Message {
  return {
    id: row.id,
    direction: oneOf(['in', 'out', 'echo'], row.direction, 'in'),
    kind: kind(row.kind),
    typeName: row.typeName,
    text: row.text,
    fileName: row.fileName,
    sentAt: toDate(row.sentAtMs),
    editedAt: toDate(row.editedAtMs),
    revoked: row.revoked,
    kept: row.kept,
    status: status(row.status),
    failure: optionalCode(row.failureCode),
    failureNumber: row.failureNumber,
    failureTopic: row.failureTopic,
    forwarded: row.forwarded,
    quote: row.quote ? quote(row.quote) : null,
    reactions: row.reactions.map((reaction) => ({
      emoji: reaction.emoji,
      fromShop: reaction.fromShop,
      state: status(reaction.state),
      failure: optionalCode(reaction.failureCode),
    })),
    heldUntil: toDate(row.heldUntilMs),
    retried: row.retried,
    imported: row.imported,
    automatic: row.automatic,
    content: content(row.content),
    file: row.file ? mediaFile(row.file) : null,
    translation: row.translation ?? null,
    translated: row.translated,
    hints: row.hints as HintKind[],
  };
}

export function customer(row: app.CustomerDetail): Customer {
  return {
    id: row.id,
    name: row.name,
    nameSource: oneOf(nameSources, row.nameSource, 'none'),
    shopName: row.shopName,
    profileName: row.profileName,
    identifiers: row.identifiers.map((identifier) => ({
      kind: oneOf(['wa_id', 'bsuid', 'parent_bsuid', 'username'], identifier.kind, 'bsuid'),
      value: identifier.value,
      firstSeen: toDate(identifier.firstSeenMs),
      lastSeen: toDate(identifier.lastSeenMs),
      retired: toDate(identifier.retiredMs),
    })),
    firstAt: toDate(row.firstAtMs),
    messages: row.messages,
    media: row.media,
    erasing: row.erasing,
  };
}

export function erasureReport(row: app.ErasureReport): ErasureReport {
  return {
    jobId: row.jobId,
    state: oneOf(['running', 'done', 'failed'], row.state, 'failed'),
    steps: row.steps.map((step) => ({
      name: oneOf(erasureSteps, step.name, 'lookup'),
      state: oneOf(erasureStates, step.state, 'waiting'),
    })),
    erased: row.erased,
    messages: row.messages,
    media: row.media,
    filesScanned: row.filesScanned,
    filesSkipped: row.filesSkipped,
    bytesScanned: row.bytesScanned,
    scanHits: row.scanHits,
    contactBook: oneOf(['deleted', 'absent', 'pending', 'failed', 'none'], row.contactBook, 'none'),
    failure: optionalCode(row.failureCode),
  };
}

export function setupState(row: app.SetupState): SetupState {
  return {
    phase: oneOf(['first', 'locked', 'problem', 'open', 'wiped'], row.phase, 'problem'),
    code: toErrorCode(row.code),
    demo: row.demo,
    keychain: row.keychain,
    dataDir: row.dataDir,
    version: row.version,
  };
}

export function connection(row: app.ConnectionState): Connection {
  return {
    receiving: oneOf(['ready', 'stopped', 'failed'], row.receiving, 'stopped'),
    receivingCode: optionalCode(row.receivingCode),
    source: oneOf(['relay', 'direct', 'simulator', 'none'], row.source, 'none'),
    webhookUrl: row.webhookUrl,
    lastDelivery: toDate(row.lastDeliveryMs),
    sending: oneOf(['ready', 'offline', 'paused'], row.sending, 'offline'),
    sendingCode: optionalCode(row.sendingCode),
    queued: row.queued,
    unclear: row.unclear,
    displayNumber: row.displayNumber,
    verifiedName: row.verifiedName,
    demo: row.demo,
  };
}

export function settings(row: app.Settings): Settings {
  return {
    language: oneOf(['', 'de', 'en'], row.language, ''),
    theme: oneOf(['light', 'dark', 'system'], row.theme, 'system'),
    zoom: row.zoom,
    readReceipts: row.readReceipts,
    keepRevoked: row.keepRevoked,
  };
}

export function demoMessage(row: app.DemoMessage): DemoMessage {
  return {
    id: row.id,
    fromShop: row.fromShop,
    kind: kind(row.kind),
    text: row.text,
    sentAt: toDate(row.sentAtMs),
    status: status(row.status),
  };
}

/** Only what this window has words for can be chosen. */
function onlyOf<T extends string>(known: readonly T[], values: string[]): T[] {
  return known.filter((word) => values.includes(word));
}

function light(value: string): Light {
  return oneOf(['green', 'yellow', 'red'], value, 'red');
}

export function printDesk(row: app.PrintDesk): PrintDesk {
  return {
    form: row.form,
    layouts: printKinds.flatMap((kind) =>
      row.layouts.filter((layout) => layout.kind === kind).map((layout) => ({ ...layout, kind })),
    ),
    designs: onlyOf(printDesigns, row.designs),
    industries: onlyOf(printIndustries, row.industries),
    limits: row.limits,
  };
}

export function printPreview(row: app.PrintPreview, kind: 'png' | 'svg+xml' = 'png'): PrintPreview {
  return {
    ...row,
    picture: `data:image/${kind};base64,${row.picture}`,
    light: light(row.light),
    failed: onlyOf(printDisturbances, row.failed),
    findings: printReasons.flatMap((reason) =>
      row.findings
        .filter((finding) => finding.reason === reason)
        .map((finding) => ({ ...finding, reason, light: light(finding.light) })),
    ),
    omitted: onlyOf(['hours', 'invitation', 'headline'], row.omitted),
    accent: { light: light(row.accent.light), contrast: row.accent.value, least: row.accent.limit },
  };
}
