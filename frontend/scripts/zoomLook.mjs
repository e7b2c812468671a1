/** Runs in the page: what a reader with large type cannot read, reach or hit, as lines for people. */
export function look() {
  const problems = [];
  const wide = document.documentElement.clientWidth;
  const tall = document.documentElement.clientHeight;
  const top = document.querySelector('dialog[open]:last-of-type') ?? document.body;
  const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const hidden = (element) => element.closest('.visually-hidden, [inert], [aria-hidden=true]') !== null;
  const called = (element) => {
    const words = (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40);
    return `${element.tagName.toLowerCase()}.${[...element.classList].filter((name) => !name.startsWith('svelte')).join('.')} "${words}"`;
  };
  const report = (what, element, figures) => problems.push(`${what}: ${called(element)} ${figures}`);

  for (const element of top.querySelectorAll('*')) {
    // Tables of figures may be wider than the view; they scroll by themselves.
    if (!shown(element) || hidden(element) || element.closest('table, input, svg')) continue;
    const style = getComputedStyle(element);
    if (style.clipPath !== 'none' || element.querySelector(':scope > table')) continue;
    const scrolls = /auto|scroll/.test(style.overflowY);
    if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0) {
      if (/auto|scroll/.test(style.overflowX))
        report('sideways', element, `${element.scrollWidth} > ${element.clientWidth}`);
      else if (style.textOverflow === 'ellipsis')
        report('cut', element, `${element.scrollWidth} > ${element.clientWidth}`);
      else if (/hidden|clip/.test(style.overflowX) && element.tagName !== 'CANVAS')
        report('clipped', element, `${element.scrollWidth} > ${element.clientWidth}`);
    }
    if (
      scrolls &&
      element.clientHeight < 100 &&
      element.scrollHeight > element.clientHeight + 40 &&
      element.tagName !== 'TEXTAREA'
    )
      report('slit', element, `${element.clientHeight} of ${element.scrollHeight}`);
    const box = element.getBoundingClientRect();
    if (box.width > 0 && (box.right > wide + 1 || box.left < -1) && element.children.length === 0)
      report('outside', element, `${Math.round(box.left)}–${Math.round(box.right)} of ${wide}`);
  }

  for (const element of top.querySelectorAll(
    'button, a[href], input, select, textarea, summary, [role=option], [role=tab]',
  )) {
    if (!shown(element) || hidden(element) || element.disabled) continue;
    const target = element.closest('label') ?? element.labels?.[0] ?? element;
    element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    const box = element.getBoundingClientRect();
    if (box.width < 1) continue;
    const aim = target.getBoundingClientRect();
    const inline = getComputedStyle(element).display === 'inline';
    if (!inline && (Math.max(aim.width, box.width) < 24 || Math.max(aim.height, box.height) < 24))
      report('small', element, `${Math.round(box.width)} × ${Math.round(box.height)}`);
    const x = (Math.max(box.left, 0) + Math.min(box.right, wide)) / 2;
    const y = (Math.max(box.top, 0) + Math.min(box.bottom, tall)) / 2;
    const hit = document.elementFromPoint(x, y);
    if (!hit || !(element.contains(hit) || hit.contains(element) || target.contains(hit)))
      report('covered', element, `at ${Math.round(x)},${Math.round(y)} by ${hit ? called(hit) : 'nothing'}`);
    else if (box.top < -1 || (box.bottom > tall + 1 && box.height < tall))
      report('out of reach', element, `${Math.round(box.top)}–${Math.round(box.bottom)} of ${tall}`);
  }
  return [...new Set(problems)];
}
