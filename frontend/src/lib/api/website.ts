import type { app } from '~/wailsjs/go/models';
import * as bound from '~/wailsjs/go/app/Website';
import { call } from './errors';

export type WebsiteForm = app.WebsiteForm;
export type WebsiteDesk = app.WebsiteDesk;
export type WebsiteTexts = app.WebsiteTexts;
export type ShownNotice = app.NoticeRow;
export type WebsiteFile = 'html' | 'style' | 'script' | 'landing' | 'vcard';

export function getForm(): Promise<WebsiteDesk> {
  return call(() => bound.GetForm());
}

export function saveForm(form: WebsiteForm): Promise<void> {
  return call(() => bound.SaveForm(form));
}

export function build(form: WebsiteForm): Promise<WebsiteTexts> {
  return call(() => bound.Build(form));
}

/** Like build, for a text that goes out: the notice in it is kept. */
export function take(form: WebsiteForm): Promise<WebsiteTexts> {
  return call(() => bound.Take(form));
}

/** Asks the person for a place and writes the file; false if no place was chosen. */
export async function saveFile(form: WebsiteForm, file: WebsiteFile): Promise<boolean> {
  const { saved } = await call(() => bound.SaveFile({ form, file }));
  return saved;
}

/** Which notices of the shop's pages a customer's messages named, the first first. */
export function listShownNotices(customerId: string): Promise<ShownNotice[]> {
  return call(() => bound.ListShownNotices(customerId));
}
