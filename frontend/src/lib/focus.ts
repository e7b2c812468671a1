const focusable =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex="0"]';

/**
 * Moves the focus to the next column (F6). Columns are elements with data-column; inside one, the
 * element with data-column-start is preferred over the first that can take the focus.
 */
export function focusNextColumn(root: ParentNode, backwards: boolean): void {
  const columns = [...root.querySelectorAll<HTMLElement>('[data-column]')].filter(isVisible);
  if (columns.length === 0) return;
  const current = columns.findIndex((column) => column.contains(document.activeElement));
  const step = backwards ? -1 : 1;
  for (let i = 1; i <= columns.length; i++) {
    const from = current === -1 && backwards ? 0 : current;
    const column = columns[(from + step * i + columns.length * 2) % columns.length];
    if (column && focusInside(column)) return;
  }
}

export function focusInside(column: HTMLElement): boolean {
  const preferred = column.querySelector<HTMLElement>('[data-column-start]');
  const target = preferred ?? [...column.querySelectorAll<HTMLElement>(focusable)].find(isVisible);
  target?.focus();
  return target !== undefined && target === document.activeElement;
}

function isVisible(element: HTMLElement): boolean {
  return element.checkVisibility?.() ?? true;
}

/** Whether a key press belongs to a field the person is writing in. */
export function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable="true"]');
}
