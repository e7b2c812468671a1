import { imprint, type Reminder } from '~/lib/api';

/** What in public still says the old. */
export class Reminders {
  list: Reminder[] = $state.raw([]);
  #run = 0;

  async load(): Promise<void> {
    const run = ++this.#run;
    try {
      const list = await imprint.listReminders();
      if (run === this.#run) this.list = list;
    } catch {
      if (run === this.#run) this.list = []; // the sections report what cannot be read
    }
  }
}
