import type { app } from '~/wailsjs/go/models';
import * as bound from '~/wailsjs/go/app/Erasing';
import * as convert from './convert';
import { call } from './errors';
import type { ErasureReport } from './types';

const kinds = [
  'conversation',
  'details',
  'notes',
  'consents',
  'letter',
  'voucher',
  'claims',
  'archive',
  'adBlock',
  'cases',
] as const;
const decisions = ['erase', 'restrict', 'refuse'] as const;
const reasons = [
  'over',
  'hold',
  'claims',
  'open',
  'proof',
  'law',
  'adBlock',
  'openCase',
  'caseFile',
] as const;

export type Decision = (typeof decisions)[number];

/** A part of a person's data and what happens to it; letters, vouchers and claims lie in the archive already. */
export interface ErasureElement extends Omit<app.ErasureElement, 'kind' | 'decision' | 'choices' | 'reason'> {
  kind: (typeof kinds)[number];
  decision: Decision;
  choices: Decision[];
  reason: (typeof reasons)[number];
}

export interface ErasurePlan {
  elements: ErasureElement[];
  refused: boolean;
}

export interface ErasureWish {
  customerId: string;
  case: string;
  trigger: 'art17' | 'withdrawal' | 'objection' | 'user';
  requestedAtMs: number;
  choices: { key: string; decision: Decision }[];
}

export type CertificateState = app.CertificateState;
export type CertificateMatch = app.CertificateMatch;

export async function plan(wish: ErasureWish): Promise<ErasurePlan> {
  const row = await call(() => bound.Plan(wish as app.ErasurePlanRequest));
  return {
    refused: row.refused,
    elements: row.elements.map((e) => ({
      ...e,
      kind: convert.oneOf(kinds, e.kind === 'archive' ? e.class : e.kind, 'archive'),
      decision: convert.oneOf(decisions, e.decision, 'refuse'),
      choices: e.choices.map((choice) => convert.oneOf(decisions, choice, 'refuse')),
      reason: convert.oneOf(reasons, e.reason, 'over'),
    })),
  };
}

export async function start(wish: ErasureWish): Promise<ErasureReport> {
  return convert.erasureReport(await call(() => bound.Start(wish as app.ErasurePlanRequest)));
}

/** Refuses the erasure a person asked for, with what the plan says must stay. */
export async function refuse(wish: ErasureWish, language: string): Promise<void> {
  await call(() => bound.Refuse({ plan: wish, language } as app.ErasureRefusalRequest));
}

export const getCertificate = (jobId: number): Promise<CertificateState> =>
  call(() => bound.GetCertificate(jobId));
export const confirmCertificate = (confirmed: boolean): Promise<void> =>
  call(() => bound.ConfirmCertificate(confirmed));
export const dropCertificate = (jobId: number): Promise<void> => call(() => bound.DropCertificate(jobId));
export const printCertificate = (jobId: number, language: string): Promise<void> =>
  call(() => bound.PrintCertificate({ jobId, language }));

export async function saveCertificate(jobId: number, language: string): Promise<boolean> {
  return (await call(() => bound.SaveCertificate({ jobId, language }))).saved;
}

export function checkCertificate(
  caseNumber: string,
  number: string,
  identifier: string,
): Promise<CertificateMatch> {
  return call(() => bound.CheckCertificate({ case: caseNumber, number, identifier }));
}
