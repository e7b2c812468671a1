import * as bound from '~/wailsjs/go/app/Automatic';
import type { app } from '~/wailsjs/go/models';
import { call } from './errors';

type Languages = 'de' | 'en' | 'both';
const languages = ['de', 'en', 'both'] as const;

const problemCodes = [
  'name',
  'link',
  'linkLost',
  'period',
  'country',
  'long',
  'empty',
  'objection',
  'vague',
  'noPeriod',
  'promise',
  'foreign',
  'imprint',
  'ways',
  'hours',
] as const;
const kinds = ['notice', 'greeting', 'absence', 'receipt', 'intake'] as const;
const generatedKinds = ['notice', 'privacy', 'imprint', 'poster', 'stop'] as const;
const generatedStates = ['draft', 'confirmed', 'changed', 'fixed', 'incomplete'] as const;
const statuses = ['queued', 'sending', 'unclear', 'accepted', 'sent', 'delivered', 'read', 'failed'] as const;

/** What the owner can switch and write; the notice's words are apart. */
export interface AutomaticForm extends Omit<
  app.AutomaticForm,
  'convertValues' | 'noticeLanguages' | 'intake'
> {
  noticeLanguages: Languages;
  intake: IntakeForm;
}

type IntakeForm = Omit<app.IntakeForm, 'convertValues' | 'questions'> & { questions: IntakeQuestion[] };

interface IntakeQuestion {
  text: string;
  choices: string[];
}

/** A reason not to confirm a notice, or if not serious a hint. */
interface NoticeProblem {
  code: (typeof problemCodes)[number];
  serious: boolean;
}

export interface NoticeDraft {
  language: 'de' | 'en';
  lead: string;
  body: string;
  edited: boolean;
  length: number;
  problems: NoticeProblem[];
}

interface NoticeState {
  drafts: NoticeDraft[];
  fingerprint: string;
  /** When what is sent was confirmed, or null. */
  confirmedAt: Date | null;
  /** The draft is another text than the one that is sent. */
  changed: boolean;
  sent: string;
  version: string;
  asAt: string;
  /** DE, AT or CH: whose law the text follows. */
  country: string;
}

export interface AutomaticDesk {
  form: AutomaticForm;
  notice: NoticeState;
  hasHours: boolean;
  variables: app.SnippetVariable[];
  limits: app.AutomaticLimits;
  arrived: number;
  underWay: number;
  failed: number;
  intakes: number;
  months: app.AutomaticMonthRow[];
}

interface PreviewMessage {
  kinds: (typeof kinds)[number][];
  text: string;
  buttons: string[];
}

export interface AutomaticPreview {
  open: boolean;
  opening: string;
  messages: PreviewMessage[];
}

/** The proof that a person was sent a notice. */
export interface SentNotice {
  at: Date;
  version: string;
  text: string;
  status: (typeof statuses)[number];
  statusAt: Date | null;
}

export interface GeneratedText {
  kind: (typeof generatedKinds)[number];
  language: 'de' | 'en';
  version: string;
  asAt: string;
  confirmedAt: Date | null;
  state: (typeof generatedStates)[number];
  text: string;
}

const moment = (ms: number) => (ms ? new Date(ms) : null);
const known = <T extends string>(list: readonly T[], word: string, otherwise: T): T =>
  list.find((candidate) => candidate === word) ?? otherwise;

function draft(row: app.NoticeDraft): NoticeDraft {
  const problems = row.problems.flatMap(({ code, serious }) => {
    const word = problemCodes.find((candidate) => candidate === code);
    return word ? [{ code: word, serious }] : [];
  });
  return { ...row, language: known(['de', 'en'], row.language, 'de'), problems };
}

function desk(answer: app.AutomaticDesk): AutomaticDesk {
  const { drafts, confirmedAtMs, ...notice } = answer.notice;
  return {
    ...answer,
    form: { ...answer.form, noticeLanguages: known(languages, answer.form.noticeLanguages, 'de') },
    notice: { ...notice, drafts: drafts.map(draft), confirmedAt: moment(confirmedAtMs) },
  };
}

const plain = (form: AutomaticForm) => form as unknown as app.AutomaticForm;

export async function getDesk(): Promise<AutomaticDesk> {
  return desk(await call(() => bound.GetDesk()));
}

export async function save(form: AutomaticForm): Promise<AutomaticDesk> {
  return desk(await call(() => bound.Save(plain(form))));
}

export async function checkNotice(text: app.NoticeText): Promise<NoticeDraft> {
  return draft(await call(() => bound.CheckNotice(text)));
}

/** Keeps words of the owner's as a draft; an empty body takes the generated ones again. */
export async function editNotice(text: app.NoticeText): Promise<AutomaticDesk> {
  return desk(await call(() => bound.EditNotice(text)));
}

export async function confirmNotice(fingerprint: string, material: boolean): Promise<AutomaticDesk> {
  return desk(await call(() => bound.ConfirmNotice({ fingerprint, material })));
}

export async function preview(form: AutomaticForm, at: Date): Promise<AutomaticPreview> {
  const answer = await call(() =>
    bound.Preview({ atMs: at.getTime(), form: plain(form) } as app.AutomaticPreviewRequest),
  );
  const messages = answer.messages.map((message) => ({
    ...message,
    kinds: message.kinds.map((kind) => known(kinds, kind, 'greeting')),
  }));
  return { open: answer.open, opening: answer.opening, messages };
}

export async function listNotices(customerId: string): Promise<SentNotice[]> {
  const rows = await call(() => bound.ListNotices(customerId));
  return rows.map(({ atMs, statusAtMs, ...row }) => ({
    ...row,
    at: new Date(atMs),
    statusAt: moment(statusAtMs),
    status: known(statuses, row.status === 'played' ? 'read' : row.status, 'unclear'),
  }));
}

export async function listGenerated(): Promise<GeneratedText[]> {
  const rows = await call(() => bound.ListGenerated());
  return rows.map(({ confirmedAtMs, ...row }) => ({
    ...row,
    kind: known(generatedKinds, row.kind, 'notice'),
    language: known(['de', 'en'], row.language, 'de'),
    state: known(generatedStates, row.state, 'draft'),
    confirmedAt: moment(confirmedAtMs),
  }));
}
