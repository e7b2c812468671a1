import * as bound from '~/wailsjs/go/app/Relay';
import { checkResult, relayState, type CheckResult, type RelayState } from './connecting';
import { call } from './errors';

export async function state(): Promise<RelayState> {
  return relayState(await call(() => bound.State()));
}

export async function pair(address: string, code: string): Promise<RelayState> {
  return relayState(await call(() => bound.Pair({ address, code })));
}

/** Asks the relay now. */
export async function check(): Promise<RelayState> {
  return relayState(await call(() => bound.Check()));
}

export async function removeDevice(id: string): Promise<RelayState> {
  return relayState(await call(() => bound.RemoveDevice(id)));
}

/** Unpairs this computer. */
export function leave(): Promise<void> {
  return call(() => bound.Leave());
}

/** Lets the provider deliver to the shop's mailbox, and reads back that it does. */
export async function pointCallback(): Promise<CheckResult> {
  return checkResult(await call(() => bound.PointCallback()));
}
