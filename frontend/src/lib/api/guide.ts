import * as bound from '~/wailsjs/go/app/Guide';
import type { app } from '~/wailsjs/go/models';
import { guideState, type GuideState } from './connecting';
import { call } from './errors';

async function ask(action: () => Promise<app.GuideState>): Promise<GuideState> {
  return guideState(await call(action));
}

export const state = () => ask(() => bound.State());

export const begin = (provider: string, baseUrl: string, passphrase: string) =>
  ask(() => bound.Begin({ provider, baseUrl, passphrase }));

export const checkToken = (token: string) => ask(() => bound.CheckToken(token));

export const chooseNumber = (numberId: string, phoneAppAccepted: boolean) =>
  ask(() => bound.ChooseNumber({ numberId, phoneAppAccepted }));

export const checkSecret = (secret: string) => ask(() => bound.CheckSecret(secret));

export const chooseRegion = (region: string) => ask(() => bound.ChooseRegion(region));

export const requestCode = (voice: boolean) => ask(() => bound.RequestCode(voice));

export const verifyCode = (code: string) => ask(() => bound.VerifyCode(code));

export const register = (pin: string) => ask(() => bound.Register(pin));

export const pointCallback = () => ask(() => bound.PointCallback());

export const startTest = () => ask(() => bound.StartTest());

export const endTest = () => ask(() => bound.EndTest());

export const undo = () => ask(() => bound.Undo());

export const finish = () => call(() => bound.Finish());

/** A code for the person's own phone, and the number for typing. */
export const testCode = () => call(() => bound.TestCode());
