import * as bound from '~/wailsjs/go/app/Health';
import { healthState, type HealthState } from './connecting';
import { call } from './errors';

export async function state(): Promise<HealthState> {
  return healthState(await call(() => bound.State()));
}

/** Looks at everything now and sends a test delivery all the way round. */
export async function check(): Promise<HealthState> {
  return healthState(await call(() => bound.Check()));
}

export function diagnosis(): Promise<string> {
  return call(() => bound.Diagnosis());
}

/** Asks for a place and writes the text there; the path is empty if no place was chosen. */
export function saveDiagnosis(): Promise<string> {
  return call(() => bound.SaveDiagnosis());
}
