import { on, sending, toApiError, voice, type ApiError, type StagedFile } from '~/lib/api';
import { microphoneProblem, openMicrophone, type Microphone, type MicrophoneProblem } from './microphone';

/** Above that a note is shown with a loading sign instead of a play button: 512 KB at 32 kbit/s. */
const hintSeconds = 128;
/** The Go side takes an hour at most. */
const longestSeconds = 3599;

/** A voice note while it is recorded. */
export class Recorder {
  phase: 'idle' | 'starting' | 'recording' | 'paused' | 'ending' = $state('idle');
  /** How many samples were recorded. */
  samples = $state(0);
  /** How loud it was a moment ago, 0 to 1. */
  level = $state(0);
  problem: MicrophoneProblem | null = $state(null);
  error: ApiError | null = $state.raw(null);

  readonly seconds = $derived(Math.floor(this.samples / voice.sampleRate));
  readonly long = $derived(this.seconds >= hintSeconds);

  #id = '';
  #microphone: Microphone | null = null;
  #written: Promise<void> = Promise.resolve();

  constructor(private readonly open: typeof openMicrophone = openMicrophone) {}

  async start(conversationId: number): Promise<void> {
    if (this.phase !== 'idle') return;
    this.phase = 'starting';
    this.samples = 0;
    this.level = 0;
    this.problem = null;
    this.error = null;
    this.#written = Promise.resolve();
    try {
      this.#microphone = await this.open((samples) => this.#take(samples));
    } catch (reason) {
      if (await this.#startWithoutView(conversationId)) return;
      this.problem = microphoneProblem(reason);
      this.phase = 'idle';
      return;
    }
    try {
      this.#id = await voice.begin(conversationId);
      this.phase = 'recording';
    } catch (reason) {
      await this.#fail(reason);
    }
  }

  /** Lets the Go side record, where the web view may not, and reports whether it can. */
  async #startWithoutView(conversationId: number): Promise<boolean> {
    let id = '';
    const stop = on('voice:level', (event) => {
      if (event.id !== id || this.phase !== 'recording') return;
      this.samples = event.samples;
      this.level = event.level;
    });
    try {
      id = await voice.record(conversationId);
    } catch {
      stop();
      return false;
    }
    this.#id = id;
    this.#microphone = {
      pause: () => voice.pause(id, true),
      resume: () => voice.pause(id, false),
      stop: () => Promise.resolve(stop()),
    };
    this.phase = 'recording';
    return true;
  }

  async toggle(): Promise<void> {
    if (this.phase === 'recording') {
      this.phase = 'paused';
      this.level = 0;
      await this.#microphone?.pause();
    } else if (this.phase === 'paused') {
      await this.#microphone?.resume();
      this.phase = 'recording';
    }
  }

  /** Ends the note. The result waits to be sent; null if there is nothing to send. */
  async finish(): Promise<{ file: StagedFile; sound: Blob | null } | null> {
    if (this.phase !== 'recording' && this.phase !== 'paused') return null;
    this.phase = 'ending';
    try {
      await this.#microphone?.stop();
      await this.#written;
      const note = await voice.finish(this.#id);
      this.#reset();
      return note.file.problem === null ? note : null;
    } catch (reason) {
      await this.#fail(reason);
      return null;
    }
  }

  /** Throws the note away. */
  async discard(): Promise<void> {
    const id = this.#id;
    const microphone = this.#microphone;
    this.#reset();
    await microphone?.stop().catch(() => undefined);
    if (id !== '') await sending.discardFile(id).catch(() => undefined);
  }

  #take(samples: Float32Array): void {
    if (this.phase !== 'recording' && this.phase !== 'ending') return;
    this.samples += samples.length;
    this.level = loudness(samples);
    const id = this.#id;
    this.#written = this.#written.then(() => voice.append(id, samples));
    this.#written.catch((reason: unknown) => void this.#fail(reason));
    if (this.seconds >= longestSeconds && this.phase === 'recording') void this.toggle();
  }

  async #fail(reason: unknown): Promise<void> {
    if (this.phase === 'idle') return;
    this.error = toApiError(reason);
    await this.discard();
  }

  #reset(): void {
    this.#id = '';
    this.#microphone = null;
    this.phase = 'idle';
    this.level = 0;
  }
}

/** Between silence and full, as ears judge it. */
function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const db = 10 * Math.log10(sum / samples.length + 1e-10);
  return Math.max(0, Math.min(1, (db + 60) / 55));
}
