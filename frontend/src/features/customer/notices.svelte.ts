import { website, type ShownNotice } from '~/lib/api';

/** Which notices of the shop's pages a customer's messages named. */
export class ShownNotices {
  list: ShownNotice[] = $state.raw([]);
  #run = 0;

  async load(customerId: string): Promise<void> {
    const run = ++this.#run;
    try {
      const list = await website.listShownNotices(customerId);
      if (run === this.#run) this.list = list;
    } catch {
      if (run === this.#run) this.list = []; // the panel itself reports what cannot be read
    }
  }
}
