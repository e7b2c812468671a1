/** A message with more than a body, as the customer's phone lays it out. */
import type { app } from '~/wailsjs/go/models';

const frameButtonKinds = ['reply', 'url', 'phone', 'code', 'flow', 'call', 'location', 'contact'] as const;
export type FrameButtonKind = (typeof frameButtonKinds)[number];

const headerKinds = ['', 'text', 'image', 'video', 'document', 'location'] as const;

export interface Frame {
  headerKind: (typeof headerKinds)[number];
  header: string;
  body: string;
  footer: string;
  buttons: { kind: FrameButtonKind; title: string; detail: string }[];
  /** Opens the list of sections, or is empty. */
  listButton: string;
  sections: FrameSection[];
  /** The template's name, or empty. */
  template: string;
}

export interface FrameSection {
  title: string;
  rows: { id: string; title: string; description: string }[];
}

export function frame(row: app.FrameRow): Frame {
  return {
    ...row,
    headerKind: headerKinds.find((kind) => kind === row.headerKind) ?? '',
    buttons: row.buttons.map((button) => ({
      ...button,
      kind: frameButtonKinds.find((kind) => kind === button.kind) ?? 'reply',
    })),
  };
}
