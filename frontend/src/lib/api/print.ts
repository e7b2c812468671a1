import * as bound from '~/wailsjs/go/app/Print';
import * as convert from './convert';
import { call } from './errors';
import type { PrintDesk, PrintFile, PrintForm, PrintPreview } from './types';

export async function getDesk(): Promise<PrintDesk> {
  return convert.printDesk(await call(() => bound.GetDesk()));
}

export function saveForm(form: PrintForm): Promise<void> {
  return call(() => bound.SaveForm(form));
}

export function proposeText(form: PrintForm): Promise<string> {
  return call(() => bound.ProposeText(form));
}

export async function preview(form: PrintForm): Promise<PrintPreview> {
  return convert.printPreview(await call(() => bound.Preview(form)));
}

/** Asks the person for a place and writes the file; false if no place was chosen. */
export async function exportFile(form: PrintForm, file: PrintFile, fileName: string): Promise<boolean> {
  const { saved } = await call(() => bound.Export({ form, file, fileName }));
  return saved;
}
