import { search, type MessageHit, type PersonHit } from '~/lib/api';

/** Something the palette can do or show. */
export interface PaletteEntry {
  id: string;
  label: string;
  /** Its key, for those who want to learn it. */
  keys?: string;
  run: () => void;
}

export type PaletteRow =
  | { type: 'entry'; key: string; entry: PaletteEntry }
  | { type: 'person'; key: string; person: PersonHit }
  | { type: 'message'; key: string; message: MessageHit };

const messageCount = 5;

/** Everything in one field: people, what can be done here, screens, messages. */
export class Palette {
  text = $state('');
  active = $state(0);
  people: readonly PersonHit[] = $state.raw([]);
  messages: readonly MessageHit[] = $state.raw([]);
  readonly rows: readonly PaletteRow[];

  #asked = 0;

  constructor(entries: () => readonly PaletteEntry[]) {
    this.rows = $derived([
      ...this.people.map((person): PaletteRow => ({ type: 'person', key: `p${person.customerId}`, person })),
      ...fitting(entries(), this.text).map((entry): PaletteRow => ({
        type: 'entry',
        key: `e${entry.id}`,
        entry,
      })),
      ...this.messages.map((message): PaletteRow => ({
        type: 'message',
        key: `m${message.messageId}`,
        message,
      })),
    ]);
  }

  async type(text: string): Promise<void> {
    this.text = text;
    this.active = 0;
    const asked = ++this.#asked;
    if (text.trim() === '') {
      this.people = [];
      this.messages = [];
      return;
    }
    try {
      const query = { text, customerId: '', kinds: [], labelId: 0, from: null, to: null } as const;
      const page = await search.find({ ...query, attachment: 'any' }, '', messageCount);
      if (asked !== this.#asked || page.superseded) return;
      this.people = page.people;
      this.messages = page.messages;
    } catch {
      // What can be done here stays on offer.
    }
  }

  move(step: number): void {
    const count = this.rows.length;
    if (count > 0) this.active = (this.active + step + count) % count;
  }
}

/** Entries that hold every word that was typed, accents and case aside. */
export function fitting(entries: readonly PaletteEntry[], text: string): PaletteEntry[] {
  const words = plain(text).split(/\s+/).filter(Boolean);
  return entries.filter((entry) => {
    const label = plain(entry.label);
    return words.every((word) => label.includes(word));
  });
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/ß/g, 'ss');
}
