import type { app } from '~/wailsjs/go/models';
import * as bound from '~/wailsjs/go/app/Rights';
import { call } from './errors';

export function saveAccess(request: app.AccessRequest): Promise<app.AccessResult> {
  return call(() => bound.SaveAccess(request));
}
