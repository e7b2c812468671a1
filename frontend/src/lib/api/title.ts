import { WindowSetTitle } from '~/wailsjs/runtime/runtime';

/** Says in the window's title, and so in the taskbar, how many conversations are unread. Never who wrote. */
export function showUnread(count: number): void {
  const title = count > 0 ? `(${count}) Tresen` : 'Tresen';
  document.title = title;
  WindowSetTitle(title);
}
