import { createContext } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { media, on, toApiError, type ApiError, type Message } from '~/lib/api';
import { makePoster } from './poster';
import { readWave, type Wave } from './wave';

/** Films larger than this show no still picture until they are played. */
const posterLimit = 32_000_000;
/** Sound larger than this shows a plain bar instead of its loudness. */
const waveLimit = 4_000_000;
const remembered = 200;

/** What the bubbles of an open conversation share about files: what arrives, what plays, what is shown. */
export class MediaDesk {
  /** Bytes that have arrived, by message. */
  readonly progress = new SvelteMap<string, { done: number; total: number }>();
  /** The picture shown large, or null. */
  viewed: Message | null = $state.raw(null);
  /** The file somebody wants to open although it is risky, or null. */
  risky: Message | null = $state.raw(null);
  error: ApiError | null = $state.raw(null);

  #playing: HTMLMediaElement | null = null;
  #waves = new Map<string, Promise<Wave | null>>();
  #posters = new Set<string>();
  #work: Promise<unknown> = Promise.resolve();
  readonly #left = new AbortController();

  /** Listens for progress; the result stops that and whatever is under way. */
  start(): () => void {
    const stop = on('media:progress', ({ messageId, done, total }) => {
      this.progress.set(messageId, { done, total });
    });
    return () => {
      stop();
      this.#left.abort();
    };
  }

  /** Gets a file that waits for a click, or was refused before. */
  fetch(message: Message): Promise<void> {
    this.progress.delete(message.id);
    return this.#try(() => media.fetchFile(message.id));
  }

  stop(message: Message): Promise<void> {
    return this.#try(() => media.stopFile(message.id));
  }

  save(message: Message, fileName: string): Promise<void> {
    return this.#try(() => media.saveFile(message.id, fileName));
  }

  /** Opens a file with the system's program; a risky one only after a warning was read. */
  open(message: Message, warned = false): Promise<void> {
    if (message.file?.risk && !warned) {
      this.risky = message;
      return Promise.resolve();
    }
    this.risky = null;
    return this.#try(() => media.openFile(message.id, warned));
  }

  /** Only one thing plays at a time. */
  plays(player: HTMLMediaElement): void {
    if (this.#playing !== player) this.#playing?.pause();
    this.#playing = player;
  }

  /** How loud a sound is along its length; null if this web view cannot read it. */
  wave(message: Message): Promise<Wave | null> {
    const known = this.#waves.get(message.id);
    if (known) return known;
    const size = message.file?.bytes ?? 0;
    const found =
      size > waveLimit
        ? Promise.resolve(null)
        : this.#queue(async () => readWave(await media.loadFile(message.id, this.#left.signal)));
    if (this.#waves.size >= remembered) this.#waves.clear();
    this.#waves.set(message.id, found);
    return found;
  }

  /** Makes the still picture of a film that has none. */
  poster(message: Message): void {
    const size = message.file?.bytes ?? 0;
    if (this.#posters.has(message.id) || size > posterLimit) return;
    this.#posters.add(message.id);
    void this.#queue(async () => {
      const frame = await makePoster(await media.loadFile(message.id, this.#left.signal));
      if (frame) await media.setPoster(message.id, frame);
      return null;
    });
  }

  /** One file is taken apart at a time. What cannot be is no trouble: it is shown without. */
  #queue<T>(work: () => Promise<T | null>): Promise<T | null> {
    const result = this.#work.then(() => (this.#left.signal.aborted ? null : work())).catch(() => null);
    this.#work = result;
    return result;
  }

  async #try(action: () => Promise<unknown>): Promise<void> {
    this.error = null;
    try {
      await action();
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }
}

export const [useMedia, provideMedia] = createContext<MediaDesk>();
