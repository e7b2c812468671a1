/** What a message that is more than text and files says. Every string comes from a stranger. */
import type { app } from '~/wailsjs/go/models';
import { frame, type Frame } from './frame';

/** What a line about a message that is no text needs to know. */
export interface Hint {
  type: string;
  count: number;
}

type Place = app.LocationRow;
type Card = app.CardRow;
type Choice = app.ChoiceRow;
type Order = app.OrderRow;
type SystemNotice = app.SystemRow;
type Call = app.CallRow;
export type Referral = app.ReferralRow;

export interface Content {
  /** What the shop sent with something to tap, or as a template. */
  frame: Frame | null;
  location: Place | null;
  cards: Card[];
  choice: Choice | null;
  order: Order | null;
  system: SystemNotice | null;
  call: Call | null;
  referral: Referral | null;
  unsupportedType: string;
  unsupportedNumber: number;
  /** The article the customer asks about, or empty. */
  product: string;
  forwardedOften: boolean;
}

const nothing: Content = {
  frame: null,
  location: null,
  cards: [],
  choice: null,
  order: null,
  system: null,
  call: null,
  referral: null,
  unsupportedType: '',
  unsupportedNumber: 0,
  product: '',
  forwardedOften: false,
};

export function content(row: app.ContentRow | undefined): Content {
  if (!row) return nothing;
  return {
    frame: row.frame ? frame(row.frame) : null,
    location: row.location ?? null,
    cards: row.cards,
    choice: row.choice ?? null,
    order: row.order ?? null,
    system: row.system ?? null,
    call: row.call ?? null,
    referral: row.referral ?? null,
    unsupportedType: row.unsupportedType,
    unsupportedNumber: row.unsupportedNumber,
    product: row.product,
    forwardedOften: row.forwardedOften,
  };
}

/** The hint of a message itself; lists and quotes bring theirs along. */
export function hintOf(of: Content): Hint {
  if (of.cards.length > 0) return { type: '', count: of.cards.length };
  if (of.order) return { type: '', count: of.order.lines.length };
  if (of.choice) return { type: of.choice.type, count: 0 };
  if (of.system) return { type: of.system.type, count: 0 };
  if (of.call?.missed) return { type: 'missed', count: 0 };
  return { type: of.unsupportedType, count: 0 };
}

/** What a message said from a time on. */
export interface Version {
  at: Date;
  text: string;
}
