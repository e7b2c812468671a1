import { print, type PrintSheets } from '~/lib/api';

/**
 * Shows pages to the system's print dialog, each on a sheet of its own size, without the window
 * around them. Pages are drawings, so that the printer decides about the dots. They stay, unseen,
 * until the next ones come: not every system says when its dialog is done with them.
 */
export async function printSheets({ widthMm, heightMm, pages }: PrintSheets): Promise<void> {
  document.querySelector('body > .sheets')?.remove();
  const stack = document.createElement('div');
  stack.className = 'sheets';
  const pictures = pages.map((page) => {
    const picture = new Image();
    picture.src = page;
    picture.alt = '';
    picture.style.inlineSize = `${String(widthMm)}mm`;
    picture.style.blockSize = `${String(heightMm)}mm`;
    return picture;
  });
  stack.append(...pictures);
  const paper = new CSSStyleSheet();
  paper.replaceSync(`@page { size: ${String(widthMm)}mm ${String(heightMm)}mm; margin: 0 }`);
  document.adoptedStyleSheets = [paper];
  document.body.append(stack);
  await Promise.all(pictures.map((picture) => picture.decode()));
  // WebKit on macOS ignores window.print.
  if (navigator.platform.startsWith('Mac')) await print.openPrintDialog();
  else window.print();
}
