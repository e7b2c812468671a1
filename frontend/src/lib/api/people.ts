import type { app } from '~/wailsjs/go/models';
import * as bound from '~/wailsjs/go/app/People';
import { call } from './errors';
import type { Identifier } from './types';
import type { Purpose } from './consents';

/** One of several customers who are, or may be, one person. */
export interface PersonSide {
  customerId: string;
  name: string;
  identifiers: Identifier[];
  conversations: number;
  messages: number;
  media: number;
  notes: number;
  firstAt: Date | null;
  conversationId: number;
  joinedAt: Date | null;
}

export interface Proposal {
  earlier: PersonSide;
  later: PersonSide;
  at: Date;
}

export interface PersonSheet {
  proposals: Proposal[];
  others: PersonSide[];
  /** Whose join is taken back by parting, or empty. */
  removable: string;
}

export interface JoinPreview {
  sides: PersonSide[];
  name: string;
  ends: Purpose[];
  counts: Purpose[];
  objected: boolean;
  restricted: boolean;
}

const kinds = ['wa_id', 'bsuid', 'parent_bsuid', 'username'] as const;
const purposes = ['news', 'reminders', 'feedback', 'calls'] as const;

const date = (ms: number): Date | null => (ms > 0 ? new Date(ms) : null);
const known = (list: string[]): Purpose[] => purposes.filter((purpose) => list.includes(purpose));

function side({ firstAtMs, joinedAtMs, identifiers, ...row }: app.PersonSide): PersonSide {
  return {
    ...row,
    firstAt: date(firstAtMs),
    joinedAt: date(joinedAtMs),
    identifiers: identifiers.map(({ kind, value, firstSeenMs, lastSeenMs, retiredMs }) => ({
      kind: kinds.find((one) => one === kind) ?? 'bsuid',
      value,
      firstSeen: date(firstSeenMs),
      lastSeen: date(lastSeenMs),
      retired: date(retiredMs),
    })),
  };
}

const proposal = (row: app.ProposalRow): Proposal => ({
  earlier: side(row.earlier),
  later: side(row.later),
  at: new Date(row.atMs),
});

export async function get(customerId: string): Promise<PersonSheet> {
  const sheet = await call(() => bound.Get(customerId));
  return {
    removable: sheet.removable,
    proposals: sheet.proposals.map(proposal),
    others: sheet.others.map(side),
  };
}

export async function proposals(): Promise<Proposal[]> {
  return (await call(() => bound.Proposals())).map(proposal);
}

export async function preview(customerId: string, otherId: string): Promise<JoinPreview> {
  const row = await call(() => bound.Preview({ customerId, otherId }));
  return { ...row, sides: row.sides.map(side), ends: known(row.ends), counts: known(row.counts) };
}

export const join = (customerId: string, otherId: string): Promise<void> =>
  call(() => bound.Join({ customerId, otherId }));
export const different = (customerId: string, otherId: string): Promise<void> =>
  call(() => bound.Different({ customerId, otherId }));
export const part = (customerId: string): Promise<void> => call(() => bound.Part(customerId));
