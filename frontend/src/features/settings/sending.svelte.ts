import { sending, toApiError, type SendingSettings } from '~/lib/api';
import { Doing } from '~/lib/doing.svelte';

/** The shop's choices about sending. The undo time is carried out at once, the place when it is saved. */
export class SendingStore extends Doing<'save'> {
  settings: SendingSettings | null = $state.raw(null);
  name = $state('');
  address = $state('');
  /** Latitude and longitude as somebody types or pastes them. */
  coordinates = $state('');
  saved = $state(false);

  readonly parsed = $derived(readCoordinates(this.coordinates));
  readonly wrong = $derived(this.coordinates.trim() !== '' && this.parsed === null);

  async load(): Promise<void> {
    try {
      const settings = await sending.getSettings();
      this.settings = settings;
      this.name = settings.place.name;
      this.address = settings.place.address;
      this.coordinates = settings.place.set
        ? `${String(settings.place.latitude)}, ${String(settings.place.longitude)}`
        : '';
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  async setUndo(undo: boolean): Promise<void> {
    if (this.settings) await this.#save({ ...this.settings, undo });
  }

  /** Keeps the place; without coordinates the shop has none. */
  async savePlace(): Promise<void> {
    if (!this.settings || this.wrong) return;
    const at = this.parsed ?? { latitude: 0, longitude: 0 };
    const place = { ...at, set: this.parsed !== null, name: this.name.trim(), address: this.address.trim() };
    this.saved = await this.#save({ ...this.settings, place });
  }

  async #save(settings: SendingSettings): Promise<boolean> {
    this.saved = false;
    return this.do('save', async () => {
      await sending.saveSettings(settings);
      this.settings = settings;
    });
  }
}

/** Reads "52.52, 13.405", "52,52 13,405" and the like; null if it is no place on earth. */
export function readCoordinates(text: string): { latitude: number; longitude: number } | null {
  const parts = /^\s*([+-]?\d{1,3}(?:[.,]\d+)?)°?\s*[,;\s]\s*([+-]?\d{1,3}(?:[.,]\d+)?)°?\s*$/.exec(text);
  if (!parts) return null;
  const [latitude, longitude] = [parts[1], parts[2]].map((part) => Number(part?.replace(',', '.')));
  if (latitude === undefined || longitude === undefined) return null;
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null;
  return { latitude, longitude };
}
