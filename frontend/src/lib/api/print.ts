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

/** The form with what the shop says of itself now. */
export function fillFromShop(form: PrintForm): Promise<PrintForm> {
  return call(() => bound.FillFromShop(form));
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

/** The code by itself, and what it is worth. */
export async function previewCode(form: PrintForm): Promise<PrintPreview> {
  return convert.printPreview(await call(() => bound.PreviewCode(form)), 'svg+xml');
}

/** Keeps the picture for the middle of the codes, in base64; an empty one forgets it. */
export function setCentre(picture: string): Promise<void> {
  return call(() => bound.SetCentre(picture));
}

/** Makes a PDF and opens it with the system's program for such files, to be printed from there. */
export function openFile(form: PrintForm, file: PrintFile, fileName: string): Promise<void> {
  return call(() => bound.Open({ form, file, fileName }));
}
