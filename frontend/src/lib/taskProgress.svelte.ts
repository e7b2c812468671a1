import { on } from '~/lib/api';

/** How far something long is, as the Go side tells it. */
export class TaskProgress {
  done = $state(0);
  total = $state(0);

  constructor(readonly token: string) {}

  /** Listens; the result stops listening. */
  start(): () => void {
    return on('task:progress', (event) => {
      if (event.token === this.token) [this.done, this.total] = [event.done, event.total];
    });
  }

  reset(): void {
    this.done = this.total = 0;
  }
}
