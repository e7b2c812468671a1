import type { app } from '~/wailsjs/go/models';
import * as bound from '~/wailsjs/go/app/Codes';
import { toDate as time } from './convert';
import { call } from './errors';
import { printKinds, type CodeTest, type PrintForm, type RegisterRow } from './types';

export function registerRow(row: app.RegisterRow): RegisterRow {
  return {
    ...row,
    kind: printKinds.find((kind) => kind === row.kind) ?? 'code',
    placedAt: time(row.placedAtMs),
    retiredAt: time(row.retiredAtMs),
    printedAt: time(row.printedAtMs),
    testedAt: time(row.testedAtMs),
  };
}

function codeTest(row: app.CodeTest): CodeTest {
  return {
    picture: row.picture && `data:image/svg+xml;base64,${row.picture}`,
    link: row.link,
    text: row.text,
    passedAt: time(row.passedAtMs),
  };
}

/** What hangs, newest first, then what was taken down. */
export async function listRegister(): Promise<RegisterRow[]> {
  return (await call(() => bound.ListRegister())).map(registerRow);
}

export function record(form: PrintForm): Promise<void> {
  return call(() => bound.Record(form));
}

export function retire(id: string, retired: boolean): Promise<void> {
  return call(() => (retired ? bound.Retire(id) : bound.HangAgain(id)));
}

export function remove(id: string): Promise<void> {
  return call(() => bound.Remove(id));
}

/** Puts an entry's form onto the desk. */
export function reprint(id: string): Promise<PrintForm> {
  return call(() => bound.Reprint(id));
}

export async function beginTest(form: PrintForm): Promise<CodeTest> {
  return codeTest(await call(() => bound.BeginTest(form)));
}

export async function testRegistered(id: string): Promise<CodeTest> {
  return codeTest(await call(() => bound.TestRegistered(id)));
}

export async function getTest(): Promise<CodeTest> {
  return codeTest(await call(() => bound.GetTest()));
}

export function endTest(): Promise<void> {
  return call(() => bound.EndTest());
}
