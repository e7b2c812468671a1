import type { app } from '~/wailsjs/go/models';
import * as bound from '~/wailsjs/go/app/Log';
import * as convert from './convert';
import { toErrorCode, call, type ErrorCode } from './errors';
import { erasureSteps } from './types';

export type LogRow = app.LogRow;
export type LogSheet = app.LogSheet;
export type SelfTestResult = app.SelfTestResult;

/** An erasure that is not over; waiting: only Meta has not answered yet. */
export interface ErasureRow extends Omit<app.ErasureRow, 'state' | 'step' | 'failureCode'> {
  state: 'running' | 'failed' | 'waiting';
  step: (typeof erasureSteps)[number] | '';
  failure: ErrorCode | null;
}

export const list = (before: number, language: string): Promise<LogSheet> =>
  call(() => bound.List({ before, language }));
export const retry = (): Promise<void> => call(() => bound.Retry());
export const selfTest = (): Promise<SelfTestResult> => call(() => bound.SelfTest());

export async function save(kind: 'pdf' | 'json', language: string): Promise<boolean> {
  return (await call(() => bound.Export({ kind, language }))).saved;
}

export async function listErasures(): Promise<ErasureRow[]> {
  return (await call(() => bound.ListErasures())).map((row) => ({
    ...row,
    state: convert.oneOf(['running', 'failed', 'waiting'], row.state, 'failed'),
    step: row.step === '' ? '' : convert.oneOf(erasureSteps, row.step, 'lookup'),
    failure: row.failureCode === '' ? null : toErrorCode(row.failureCode),
  }));
}
