import { ClipboardSetText } from '~/wailsjs/runtime/runtime';

/** Copies a text; false if the system's clipboard did not take it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    return await ClipboardSetText(text);
  } catch {
    return false;
  }
}
