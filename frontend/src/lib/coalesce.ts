/**
 * Gathers what arrives within a moment and handles it once: a burst of deliveries must not become a
 * burst of questions. Runs never overlap.
 */
export class Coalesce<T> {
  #pending = new Set<T>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = false;

  constructor(
    private readonly handle: (items: Set<T>) => Promise<void>,
    private readonly waitMs = 60,
  ) {}

  add(item: T): void {
    this.#pending.add(item);
    this.#schedule();
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pending = new Set();
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#running) return;
    this.#timer = setTimeout(() => void this.#run(), this.waitMs);
  }

  async #run(): Promise<void> {
    this.#timer = undefined;
    const items = this.#pending;
    this.#pending = new Set();
    this.#running = true;
    try {
      await this.handle(items);
    } finally {
      this.#running = false;
      if (this.#pending.size > 0) this.#schedule();
    }
  }
}
