import type { app } from '~/wailsjs/go/models';
import * as bound from '~/wailsjs/go/app/Consents';
import { call } from './errors';

const purposes = ['news', 'reminders', 'feedback', 'calls'] as const;
const acts = ['requested', 'confirmed', 'declined', 'withdrawn', 'expired'] as const;
const origins = ['chat', 'widget', 'paper', 'oral', 'provider'] as const;

export type Purpose = (typeof purposes)[number];
type ConsentAct = (typeof acts)[number];

interface ConsentState {
  purpose: Purpose;
  act: ConsentAct | 'never';
  since: Date | null;
  stale: boolean;
}

interface Declaration {
  id: number;
  purpose: Purpose;
  act: ConsentAct;
  at: Date;
  origin: (typeof origins)[number];
  words: string;
  text: string;
  witness: string;
}

export interface ConsentSheet {
  states: ConsentState[];
  history: Declaration[];
  objected: boolean;
}

export type AskConsentRequest = app.AskConsentRequest;
export type RecordConsentRequest = app.RecordConsentRequest;

export async function getSheet(customerId: string): Promise<ConsentSheet> {
  const sheet = await call(() => bound.GetSheet(customerId));
  return {
    objected: sheet.objected,
    states: sheet.states.flatMap(({ sinceMs, ...row }) => {
      const purpose = purposes.find((one) => one === row.purpose);
      const act = acts.find((one) => one === row.act) ?? 'never';
      return purpose ? [{ ...row, purpose, act, since: sinceMs > 0 ? new Date(sinceMs) : null }] : [];
    }),
    history: sheet.history.flatMap(({ atMs, ...row }) => {
      const purpose = purposes.find((one) => one === row.purpose);
      const act = acts.find((one) => one === row.act);
      const origin = origins.find((one) => one === row.origin);
      return purpose && act && origin ? [{ ...row, purpose, act, origin, at: new Date(atMs) }] : [];
    }),
  };
}

export function preview(request: AskConsentRequest): Promise<string> {
  return call(() => bound.Preview(request));
}

export function ask(request: AskConsentRequest): Promise<void> {
  return call(() => bound.Ask(request));
}

export function record(request: RecordConsentRequest): Promise<void> {
  return call(() => bound.Record(request));
}
