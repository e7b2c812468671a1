import type { app } from '~/wailsjs/go/models';
import * as bound from '~/wailsjs/go/app/Rights';
import { call } from './errors';

export type AccessRequest = app.AccessRequest;
export type AccessResult = app.AccessResult;

export const saveAccess = (request: AccessRequest): Promise<AccessResult> =>
  call(() => bound.SaveAccess(request));
