import { media } from '~/lib/api';
import type { Wave } from './wave';

export const speeds = [1, 1.5, 2] as const;
export type Speed = (typeof speeds)[number];

/** Plays one sound. The file is fetched when it is first wanted. */
export class Player {
  playing = $state(false);
  phase: 'still' | 'loading' | 'ready' | 'unplayable' = $state('still');
  /** Seconds from the start, and the whole length as far as it is known. */
  at = $state(0);
  seconds = $state(0);
  speed: Speed = $state(1);
  wave: Wave | null = $state.raw(null);

  #element: HTMLAudioElement | null = null;
  #address = '';
  readonly #left = new AbortController();
  readonly #onplay: (element: HTMLAudioElement) => void;

  constructor(onplay: (element: HTMLAudioElement) => void) {
    this.#onplay = onplay;
  }

  /** The result stops the sound and forgets the file. */
  start(): () => void {
    return () => {
      this.#left.abort();
      this.#element?.pause();
      if (this.#address) URL.revokeObjectURL(this.#address);
    };
  }

  async toggle(messageId: string): Promise<void> {
    if (this.playing) {
      this.#element?.pause();
      return;
    }
    const element = await this.#load(messageId);
    // A browser may refuse to play without a click; then it stays paused.
    await element?.play().catch(() => undefined);
  }

  async seek(messageId: string, seconds: number): Promise<void> {
    this.at = seconds;
    const element = await this.#load(messageId);
    if (element) element.currentTime = seconds;
  }

  setSpeed(speed: Speed): void {
    this.speed = speed;
    if (this.#element) this.#element.playbackRate = speed;
  }

  async #load(messageId: string): Promise<HTMLAudioElement | null> {
    if (this.#element || this.phase === 'loading') return this.#element;
    this.phase = 'loading';
    try {
      this.#address = URL.createObjectURL(await media.loadFile(messageId, this.#left.signal));
      const element = new Audio();
      this.#listen(element);
      element.src = this.#address;
      element.playbackRate = this.speed;
      await new Promise((resolve, reject) => {
        element.addEventListener('loadedmetadata', resolve, { once: true });
        element.addEventListener('error', reject, { once: true });
      });
      this.#element = element;
      this.phase = 'ready';
      return element;
    } catch {
      this.phase = 'unplayable';
      return null;
    }
  }

  #listen(element: HTMLAudioElement): void {
    element.onplay = () => {
      this.playing = true;
      element.playbackRate = this.speed;
      this.#onplay(element);
    };
    element.onpause = () => (this.playing = false);
    element.ontimeupdate = () => (this.at = element.currentTime);
    element.ondurationchange = () => {
      if (Number.isFinite(element.duration)) this.seconds = element.duration;
    };
    element.onended = () => {
      this.at = 0;
      element.currentTime = 0;
    };
  }
}
