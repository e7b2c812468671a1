import type { app } from '~/wailsjs/go/models';
import * as bound from '~/wailsjs/go/app/Exports';
import { call } from './errors';

export type ExportResult = app.ExportResult;
export type ReadResult = app.RestoreResult;

/** The token of an export's progress. */
export const exportTask = 'export';

export const save = (passphrase: string): Promise<ExportResult> => call(() => bound.Save(passphrase));
export const stop = (): Promise<void> => call(() => bound.Stop());
export const read = (passphrase: string, newPassphrase: string): Promise<ReadResult> =>
  call(() => bound.Read({ passphrase, newPassphrase }));
