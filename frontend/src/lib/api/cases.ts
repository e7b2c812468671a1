import type { app } from '~/wailsjs/go/models';
import * as bound from '~/wailsjs/go/app/Cases';
import { call } from './errors';

export const rightKinds = [
  'access',
  'rectification',
  'erasure',
  'restriction',
  'portability',
  'objection',
] as const;
export type RightKind = (typeof rightKinds)[number];

const states = ['received', 'checked', 'work', 'extended', 'answered', 'refused', 'closed'] as const;
export type CaseState = (typeof states)[number];

export const origins = ['chat', 'letter', 'mail', 'phone', 'counter'] as const;
export type CaseOrigin = (typeof origins)[number];

export const grounds = ['contested', 'unlawful', 'claims', 'objecting'] as const;
export type Ground = (typeof grounds)[number];

export const viewPurposes = ['case', 'claims', 'consent', 'others'] as const;
export type ViewPurpose = (typeof viewPurposes)[number];

export type LetterKind = 'receipt' | 'extension' | 'answer' | 'refusal' | 'lifting';

const eventKinds = [
  'opened',
  'repeated',
  'codeSent',
  'codeWrong',
  'codeSpent',
  'state',
  'letter',
  'package',
  'adBlocked',
  'restricted',
  'viewed',
  'lifted',
  'corrected',
  'told',
  'untold',
  'note',
] as const;
type CaseEventKind = (typeof eventKinds)[number];

const recipients = ['whatsapp', 'd360', 'translation', 'relay', 'tax', 'help'] as const;
export type RecipientKey = (typeof recipients)[number];

/** Somebody who got data and has to be told what is done about them. */
export interface Recipient {
  key: RecipientKey;
  name: string;
  toldAt: Date | null;
}

/** One request of a person about her data. */
export interface Case {
  id: number;
  number: string;
  kind: RightKind;
  state: CaseState;
  open: boolean;
  receivedAt: Date;
  dueAt: Date;
  extended: boolean;
  overdue: boolean;
  /** A reminder has come since something was last done. */
  reminds: boolean;
  customerId: string;
  /** Empty for somebody whose data are restricted. */
  name: string;
  restricted: boolean;
  conversationId: number;
}

export interface CaseEvent {
  id: number;
  at: Date;
  kind: CaseEventKind;
  what: string;
  by: string;
  text: string;
}

export interface CaseFile extends Case {
  history: CaseEvent[];
  next: CaseState[];
  mayExtend: boolean;
  extendedDue: Date;
  codeOpen: boolean;
  changedNumber: boolean;
  sensitive: boolean;
  mayLift: boolean;
  /** Empty where nobody else has to be told. */
  recipients: Recipient[];
}

export interface Restricted {
  caseId: number;
  number: string;
  since: Date;
  waiting: number;
}

export interface CaseSheet {
  open: Case[];
  settled: Case[];
  restricted: Restricted[];
  reminding: number;
}

export interface Correction {
  at: Date;
  field: 'shopName' | 'statement';
  old: string;
  new: string;
  by: string;
}

const one = <T extends string>(list: readonly T[], value: string, otherwise: T): T =>
  list.find((known) => known === value) ?? otherwise;

function row(from: app.CaseRow): Case {
  return {
    id: from.id,
    number: from.number,
    kind: one(rightKinds, from.kind, 'access'),
    state: one(states, from.state, 'received'),
    open: from.open,
    receivedAt: new Date(from.receivedAtMs),
    dueAt: new Date(from.dueAtMs),
    extended: from.extended,
    overdue: from.overdue,
    reminds: from.reminds,
    customerId: from.customerId,
    name: from.name,
    restricted: from.restricted,
    conversationId: from.conversationId,
  };
}

function file(from: app.CaseDetail): CaseFile {
  return {
    ...row(from),
    history: from.history.map(({ atMs, kind, ...rest }) => ({
      ...rest,
      at: new Date(atMs),
      kind: one(eventKinds, kind, 'note'),
    })),
    next: states.filter((state) => from.next.includes(state)),
    mayExtend: from.mayExtend,
    extendedDue: new Date(from.extendedDueMs),
    codeOpen: from.codeOpen,
    changedNumber: from.changedNumber,
    sensitive: from.sensitive,
    mayLift: from.mayLift,
    recipients: from.recipients.map(({ key, name, toldAtMs }) => ({
      key: one(recipients, key, 'help'),
      name,
      toldAt: toldAtMs > 0 ? new Date(toldAtMs) : null,
    })),
  };
}

export async function list(): Promise<CaseSheet> {
  const sheet = await call(() => bound.List());
  return {
    open: sheet.open.map(row),
    settled: sheet.settled.map(row),
    restricted: sheet.restricted.map(({ sinceMs, ...rest }) => ({ ...rest, since: new Date(sinceMs) })),
    reminding: sheet.reminding,
  };
}

export const get = async (id: number): Promise<CaseFile> => file(await call(() => bound.Get(id)));

export const of = async (customerId: string): Promise<Case[]> =>
  (await call(() => bound.Of(customerId))).map(row);

export async function open(request: {
  customerId: string;
  kind: RightKind;
  origin: CaseOrigin;
  receivedAt: Date;
  words: string;
}): Promise<CaseFile> {
  const { receivedAt, ...rest } = request;
  return file(await call(() => bound.Open({ ...rest, receivedAtMs: receivedAt.getTime() })));
}

export const take = async (caseId: number, to: CaseState, reason: string): Promise<CaseFile> =>
  file(await call(() => bound.Take({ caseId, to, reason })));

export const tell = async (caseId: number, recipient: RecipientKey, told: boolean): Promise<CaseFile> =>
  file(await call(() => bound.Tell({ caseId, recipient, told })));

export const sendCode = async (caseId: number, language: string): Promise<CaseFile> =>
  file(await call(() => bound.SendCode({ caseId, language })));

export type LetterRequest = { caseId: number; letter: LetterKind; language: string; reasons: string };

export const previewLetter = (request: LetterRequest): Promise<app.CaseLetter> =>
  call(() => bound.PreviewLetter(request));

export const saveLetter = async (request: LetterRequest): Promise<boolean> =>
  (await call(() => bound.SaveLetter(request))).saved;

export const draftLetter = (request: LetterRequest): Promise<number> =>
  call(() => bound.DraftLetter(request));

export const sendLetter = async (request: LetterRequest): Promise<CaseFile> =>
  file(await call(() => bound.SendLetter(request)));

export const confirmLetters = (language: string): Promise<void> => call(() => bound.ConfirmLetters(language));

export const restrict = async (caseId: number, ground: Ground): Promise<CaseFile> =>
  file(await call(() => bound.Restrict({ caseId, ground })));

export const lift = async (caseId: number): Promise<CaseFile> => file(await call(() => bound.Lift(caseId)));

export const view = async (caseId: number, purpose: ViewPurpose, reason: string): Promise<Case> =>
  row(await call(() => bound.View({ caseId, purpose, reason })));

const correction = ({ atMs, field, ...rest }: app.CorrectionRow): Correction => ({
  ...rest,
  at: new Date(atMs),
  field: field === 'statement' ? 'statement' : 'shopName',
});

export const corrections = async (customerId: string): Promise<Correction[]> =>
  (await call(() => bound.Corrections(customerId))).map(correction);

export const addStatement = async (customerId: string, text: string): Promise<Correction[]> =>
  (await call(() => bound.AddStatement({ customerId, text }))).map(correction);
