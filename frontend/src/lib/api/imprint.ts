import type { app } from '~/wailsjs/go/models';
import * as bound from '~/wailsjs/go/app/Imprint';
import { call } from './errors';

export type LegalText = app.LegalText;
export type LegalKind = 'imprint' | 'privacy';
export type PageReport = app.PageReport;
export type PageFinding = app.PageFinding;
export type Reminder = app.Reminder;

export function getText(kind: LegalKind, language: string): Promise<LegalText> {
  return call(() => bound.GetText({ kind, language }));
}

/** An empty fingerprint takes the confirmation back. */
export function confirm(kind: LegalKind, language: string, fingerprint: string): Promise<LegalText> {
  return call(() => bound.Confirm({ kind, language, fingerprint }));
}

/** Asks the person for a place and writes the page; false if no place was chosen. */
export async function savePage(kind: LegalKind, language: string): Promise<boolean> {
  const { saved } = await call(() => bound.SavePage({ kind, language }));
  return saved;
}

export function check(kind: LegalKind): Promise<PageReport> {
  return call(() => bound.Check(kind));
}

/** What in public no longer agrees with the shop's details. */
export function listReminders(): Promise<Reminder[]> {
  return call(() => bound.ListReminders());
}
