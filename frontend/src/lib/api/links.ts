import type { app } from '~/wailsjs/go/models';
import * as bound from '~/wailsjs/go/app/Links';
import { registerRow } from './codes';
import { call } from './errors';
import type { PrintForm, ShortLink } from './types';

function shortLink(row: app.ShortLinkRow): ShortLink {
  return { ...row, hanging: row.hanging.map(registerRow) };
}

export async function listShort(): Promise<ShortLink[]> {
  return (await call(() => bound.ListShort())).map(shortLink);
}

/** Makes a link, or changes the text of the one with this code. */
export async function saveShort(code: string, text: string, place: string): Promise<ShortLink> {
  return shortLink(await call(() => bound.SaveShort({ code, text, place })));
}

/** Deletes a link; hanging confirms that what was printed with it dies, too. */
export function deleteShort(code: string, hanging: boolean): Promise<void> {
  return call(() => bound.DeleteShort({ code, hanging }));
}

/** Asks for a place and writes the page or redirect for the shop's own web space. */
export async function saveLanding(
  form: PrintForm,
  file: 'page' | 'redirect',
  fileName: string,
): Promise<boolean> {
  return (await call(() => bound.SaveLanding({ form, file, fileName }))).saved;
}
