import * as bound from '~/wailsjs/go/app/Print';
import * as convert from './convert';
import { call } from './errors';
import type { PrintDesk, PrintFile, PrintForm, PrintPreview, PrintSheets } from './types';

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

/** The pages for the print dialog, or the calibration page of the form's sheet. */
export async function sheets(form: PrintForm, calibration: boolean): Promise<PrintSheets> {
  const { widthMm, heightMm, pages } = await call(() => bound.Sheets(form, calibration));
  return { widthMm, heightMm, pages: pages.map((page) => `data:image/svg+xml;base64,${page}`) };
}

/** Opens the system's print dialog where the page itself cannot (macOS). */
export function openPrintDialog(): Promise<void> {
  return call(() => bound.OpenPrintDialog());
}
