import type { app } from '~/wailsjs/go/models';
import * as bound from '~/wailsjs/go/app/Rights';
import { call } from './errors';

const grounds = ['card', 'phone', 'mail'] as const;

/** A message that may say something about others. Text comes from outside. */
export interface Redaction extends Omit<app.RedactionRow, 'atMs' | 'grounds'> {
  at: Date;
  grounds: (typeof grounds)[number][];
}

export function saveAccess(request: app.AccessRequest): Promise<app.AccessResult> {
  return call(() => bound.SaveAccess(request));
}

export async function proposeRedactions(customerId: string): Promise<Redaction[]> {
  const rows = await call(() => bound.ProposeRedactions(customerId));
  return rows.map((row) => ({
    ...row,
    at: new Date(row.atMs),
    grounds: grounds.filter((ground) => row.grounds.includes(ground)),
  }));
}
