import * as bound from '~/wailsjs/go/app/Setup';
import * as convert from './convert';
import { call } from './errors';
import type { ConnectRequest, ConnectResult, SetupState } from './types';

export async function state(): Promise<SetupState> {
  return convert.setupState(await call(() => bound.State()));
}

export function startDemo(): Promise<void> {
  return call(() => bound.StartDemo());
}

export function leaveDemo(): Promise<void> {
  return call(() => bound.LeaveDemo());
}

export function connect(request: ConnectRequest): Promise<ConnectResult> {
  return call(() => bound.Connect(request));
}

export function unlock(passphrase: string): Promise<void> {
  return call(() => bound.Unlock(passphrase));
}

export function reopen(): Promise<void> {
  return call(() => bound.Reopen());
}

export function replaceToken(token: string): Promise<void> {
  return call(() => bound.ReplaceToken(token));
}
