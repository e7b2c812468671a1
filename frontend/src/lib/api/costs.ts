import type { app } from '~/wailsjs/go/models';
import * as bound from '~/wailsjs/go/app/Costs';
import { call } from './errors';

export type CostPrices = app.CostPrices;
type CostMonth = app.CostMonth;

const limitKinds = ['quality', 'limit', 'restriction', 'error'] as const;

/** News about the shop's limits that matters now; word is Meta's. */
export interface CostLimit {
  kind: (typeof limitKinds)[number];
  word: string;
  number: number;
  at: Date;
}

export interface CostDesk {
  months: CostMonth[];
  prices: CostPrices;
  serviceUsed: number;
  silent: number;
  payment: boolean;
  crowdedCustomers: number;
  notices: CostLimit[];
}

function limits(rows: app.CostLimit[]): CostLimit[] {
  return rows.flatMap(({ atMs, ...row }) => {
    const kind = limitKinds.find((known) => known === row.kind);
    return kind ? [{ ...row, kind, at: new Date(atMs) }] : [];
  });
}

export async function getDesk(): Promise<CostDesk> {
  const desk = await call(() => bound.GetDesk());
  return { ...desk, notices: limits(desk.notices) };
}

export async function askLimits(): Promise<CostLimit[]> {
  return limits(await call(() => bound.AskLimits()));
}

export function savePrices(prices: CostPrices): Promise<void> {
  return call(() => bound.SavePrices(prices));
}
