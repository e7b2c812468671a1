/** WhatsApp's customer service window as the window shows it; the rules are in internal/inbox/window.go. */
export type WindowState = 'never' | 'closed' | 'soon' | 'open';

const soonMs = 3 * 60 * 60 * 1000;

export function windowState(closesAt: Date | null, now: Date): WindowState {
  if (!closesAt) return 'never';
  const left = closesAt.getTime() - now.getTime();
  if (left <= 0) return 'closed';
  return left < soonMs ? 'soon' : 'open';
}
