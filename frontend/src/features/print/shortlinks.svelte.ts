import { links, on, toApiError, type ApiError, type RegisterRow, type ShortLink } from '~/lib/api';

/** WhatsApp's editable links of the shop's number. They are fetched when they are looked at. */
export class ShortLinks {
  list: readonly ShortLink[] | null = $state.raw(null);
  error: ApiError | null = $state.raw(null);
  /** What is being edited: a link's code, or new; its text and place. */
  editing: string | null = $state(null);
  text = $state('');
  place = $state('');
  saving = $state(false);
  saveError: ApiError | null = $state.raw(null);
  /** The link whose deletion is asked about. */
  doomed: ShortLink | null = $state.raw(null);
  deleting = $state(false);

  /** Keeps what hangs up to date once the list was asked for. */
  start(): () => void {
    return on('codes:changed', () => {
      if (this.list) void this.load();
    });
  }

  async load(): Promise<void> {
    this.error = null;
    try {
      this.list = await links.listShort();
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  edit(link: ShortLink | null, text = ''): void {
    this.editing = link?.code ?? 'new';
    this.text = link?.text ?? text;
    this.place = '';
    this.saveError = null;
  }

  cancel(): void {
    this.editing = null;
  }

  /** Saves what is being edited; the result is the link, or null if that failed. */
  async save(): Promise<ShortLink | null> {
    if (this.editing === null || this.saving) return null;
    this.saving = true;
    this.saveError = null;
    try {
      const link = await links.saveShort(this.editing === 'new' ? '' : this.editing, this.text, this.place);
      this.editing = null;
      await this.load();
      return link;
    } catch (reason) {
      this.saveError = toApiError(reason);
      return null;
    } finally {
      this.saving = false;
    }
  }

  /** Deletes the link that was asked about, together with what hangs with it. */
  async remove(): Promise<void> {
    const link = this.doomed;
    if (!link || this.deleting) return;
    this.deleting = true;
    try {
      await links.deleteShort(link.code, link.hanging.length > 0);
      this.doomed = null;
      await this.load();
    } catch (reason) {
      const error = toApiError(reason);
      // Something was printed meanwhile: ask again, now with it.
      if (error.code === 'conflict') {
        await this.load();
        this.doomed = this.list?.find((other) => other.code === link.code) ?? null;
      } else {
        this.doomed = null;
        this.error = error;
      }
    } finally {
      this.deleting = false;
    }
  }
}

/** All places of entries, for one sentence. */
export function placesOf(rows: readonly RegisterRow[]): string[] {
  return rows.flatMap((row) => row.places);
}
