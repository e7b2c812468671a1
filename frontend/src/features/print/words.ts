import type {
  PrintDesign,
  PrintDisturbance,
  PrintIndustry,
  PrintKind,
  PrintLayout,
  PrintReason,
  RegisterRow,
} from '~/lib/api';
import type { I18n, MessageKey } from '~/lib/i18n/i18n.svelte';

export const kindWords: Record<PrintKind, MessageKey> = {
  poster: 'print.kind.poster',
  'window-card': 'print.kind.windowCard',
  'counter-card': 'print.kind.counterCard',
  tent: 'print.kind.tent',
  flyer: 'print.kind.flyer',
  'business-card': 'print.kind.businessCard',
  'invoice-strip': 'print.kind.invoiceStrip',
  'receipt-strip': 'print.kind.receiptStrip',
  vehicle: 'print.kind.vehicle',
  stickers: 'print.kind.stickers',
};

export const designWords: Record<PrintDesign, MessageKey> = {
  counter: 'print.design.counter',
  window: 'print.design.window',
  sign: 'print.design.sign',
  ledger: 'print.design.ledger',
  awning: 'print.design.awning',
  evening: 'print.design.evening',
};

export const industryWords: Record<PrintIndustry, MessageKey> = {
  shop: 'print.industry.shop',
  trade: 'print.industry.trade',
  salon: 'print.industry.salon',
  food: 'print.industry.food',
};

export const reasonWords: Record<PrintReason, MessageKey> = {
  module_size: 'print.reason.moduleSize',
  edge: 'print.reason.edge',
  printer_dots: 'print.reason.printerDots',
  reading_distance: 'print.reason.readingDistance',
  contrast: 'print.reason.contrast',
  text_length: 'print.reason.textLength',
};

export const disturbanceWords: Record<PrintDisturbance, MessageKey> = {
  none: 'print.disturbance.none',
  coarse: 'print.disturbance.coarse',
  blur: 'print.disturbance.blur',
  'rotation-5': 'print.disturbance.rotation5',
  'rotation-15': 'print.disturbance.rotation15',
  'contrast-loss': 'print.disturbance.contrastLoss',
  specks: 'print.disturbance.specks',
  blotch: 'print.disturbance.blotch',
};

/** How the words of a layout's paper read: "A4" needs no size beside it, everything else does. */
export function paperName(layout: PrintLayout, { t }: I18n): string {
  const size = { width: layout.widthMm, height: layout.heightMm };
  if (layout.maker)
    return t('print.paper.labels', {
      ...size,
      maker: layout.maker,
      article: layout.paper,
      count: layout.labels,
    });
  if (layout.paper === 'DL-prism') return t('print.paper.prism', size);
  if (/^(?:A\d|DL)$/.test(layout.paper)) return t('print.paper.named', { ...size, name: layout.paper });
  return t('print.paper.size', size);
}

/** A length as people say it for a distance or a code. */
export function centimetres(mm: number): number {
  return mm < 100 ? Math.round(mm) / 10 : Math.round(mm / 10);
}

/** "Tisch 1" to "Tisch n", one in a line. */
export function numbered(word: string, count: number): string {
  return Array.from({ length: count }, (_, index) => `${word} ${String(index + 1)}`).join('\n');
}

/** What an entry of the register is: "Plakat, A4". */
export function kindName(row: RegisterRow, { t }: I18n): string {
  if (row.kind === 'code') return t('register.code');
  return t('register.kind', { kind: t(kindWords[row.kind]), paper: row.paper });
}

/** Where it hangs: its place, or the first and last of a series. */
export function placeName(row: RegisterRow, { t }: I18n): string {
  const [first, last] = [row.places[0], row.places.at(-1)];
  if (!first || !last) return t('register.nowhere');
  return row.places.length === 1 ? first : t('register.series', { first, last, count: row.places.length });
}
