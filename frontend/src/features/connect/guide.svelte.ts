import { createContext } from 'svelte';
import { guide, on, relay, toApiError, type GuideState, type GuideStep, type GuideStepName } from '~/lib/api';
import { Coalesce } from '~/lib/coalesce';
import { Doing } from '~/lib/doing.svelte';

/** What the guide may be doing. */
type Busy = 'load' | 'begin' | 'undo' | 'finish' | 'code' | GuideStepName;

/** The guided setup: its progress, which step is open, and what is being done. */
export class GuideStore extends Doing<Busy> {
  state: GuideState | null = $state.raw(null);
  /** A step the person went back to; null follows the progress. */
  #chosen: GuideStepName | null = $state(null);

  open: GuideStepName | null = $derived(this.#chosen ?? this.state?.current ?? null);
  done = $derived(this.state?.running === true && this.state.current === null);

  readonly #arrivals = new Coalesce<'test'>(() => this.#look(), 300);

  start(): () => void {
    void this.load();
    const stop = on('connection:changed', () => this.#arrivals.add('test'));
    return () => {
      this.#arrivals.cancel();
      stop();
    };
  }

  /** The live test ends by itself, when a message has arrived. */
  async #look(): Promise<void> {
    if (!this.state?.connected || this.state.current !== 'test') return;
    try {
      const state = await guide.state();
      if (this.busy === '') this.state = state;
      else this.#arrivals.add('test');
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  load(): Promise<boolean> {
    return this.#do('load', () => guide.state());
  }

  begin(provider: string, baseUrl: string, passphrase: string): Promise<boolean> {
    return this.#do('begin', () => guide.begin(provider, baseUrl, passphrase));
  }

  /** Opens a step that has been done, to do it again. */
  goTo(step: GuideStepName): void {
    this.#chosen = step;
    this.error = null;
  }

  step(name: GuideStepName): GuideStep | null {
    return this.state?.steps.find((step) => step.name === name) ?? null;
  }

  checkToken = (token: string) => this.#step('token', () => guide.checkToken(token));
  chooseNumber = (id: string, accepted: boolean) =>
    this.#step('number', () => guide.chooseNumber(id, accepted));
  checkSecret = (secret: string) => this.#step('secret', () => guide.checkSecret(secret));
  chooseRegion = (region: string) => this.#step('region', () => guide.chooseRegion(region));
  requestCode = (voice: boolean) => this.#do('code', () => guide.requestCode(voice));
  verifyCode = (code: string) => this.#do('code', () => guide.verifyCode(code));
  register = (pin: string) => this.#step('register', () => guide.register(pin));
  pointCallback = () => this.#step('callback', () => guide.pointCallback());
  startTest = () => this.#do('test', () => guide.startTest());
  endTest = () => this.#do('test', () => guide.endTest());
  testCode = () => guide.testCode();
  undo = () => this.#do('undo', () => guide.undo());

  pair(address: string, code: string): Promise<boolean> {
    return this.#step('relay', async () => {
      await relay.pair(address, code);
      return guide.state();
    });
  }

  /** Ends the guide; what it has set up stays. */
  finish(): Promise<boolean> {
    return this.#do('finish', async () => {
      await guide.finish();
      return guide.state();
    });
  }

  /** Takes a step; if it passes, the guide goes on to the next one. */
  async #step(name: GuideStepName, action: () => Promise<GuideState>): Promise<boolean> {
    const done = await this.#do(name, action);
    const passed = done && ['passed', 'warn'].includes(this.step(name)?.state ?? '');
    if (passed) this.#chosen = null;
    return passed;
  }

  async #do(what: Busy, action: () => Promise<GuideState>): Promise<boolean> {
    if (this.busy !== '') return false;
    return this.anew(what, async () => {
      this.state = await action();
    });
  }
}

export const [useGuide, provideGuide] = createContext<GuideStore>();
