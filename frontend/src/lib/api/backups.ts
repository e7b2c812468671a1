import type { app } from '~/wailsjs/go/models';
import * as bound from '~/wailsjs/go/app/Backups';
import { call } from './errors';

export type BackupSheet = app.BackupSheet;
export type BackupTest = app.BackupTest;

/** The token of the progress of making, testing and restoring one. */
export const backupTask = 'backup';

export const get = (): Promise<BackupSheet> => call(() => bound.Get());
export const choose = (): Promise<BackupSheet> => call(() => bound.Choose());
export const create = (passphrase: string): Promise<BackupSheet> => call(() => bound.Create(passphrase));
export const test = (passphrase: string): Promise<BackupTest> => call(() => bound.Test(passphrase));

export const stop = (): Promise<void> => call(() => bound.Stop());

export function restore(passphrase: string, newPassphrase: string): Promise<app.RestoreResult> {
  return call(() => bound.Restore({ passphrase, newPassphrase }));
}
