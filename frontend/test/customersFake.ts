import { app } from '../src/wailsjs/go/models';
import type { FakeData } from './fakeBackend';

/** The Go side of a customer's card. */
export function customersFake(
  data: () => FakeData,
  emit: (name: string, payload?: unknown) => void,
  find: (id: string) => app.CustomerDetail,
  erasure: { ask: (id: string) => void; report: () => app.ErasureReport | null },
) {
  return {
    GetCustomer: (id: string) => find(id),
    Rename: (request: app.RenameRequest) => {
      const customer = find(request.customerId);
      customer.shopName = request.shopName;
      customer.name = request.shopName || customer.profileName;
      customer.nameSource = request.shopName ? app.NameSource.Shop : app.NameSource.Profile;
      for (const row of data().conversations.filter((row) => row.customerId === customer.id)) {
        row.name = customer.name;
        row.nameSource = customer.nameSource;
      }
      emit('customer:changed', { customerId: customer.id, erased: false });
    },
    PreviewErasure: (id: string): app.ErasurePreview => {
      erasure.ask(id);
      const customer = find(id);
      return {
        customerId: id,
        name: customer.name,
        messages: customer.messages,
        media: customer.media,
        reactions: 3,
        identifiers: customer.identifiers.length,
        drafts: 1,
        notes: 2,
        conversations: 1,
        contactBook: true,
        passphraseResidue: !data().setup.keychain,
      };
    },
    GetErasure: () => {
      const report = erasure.report();
      if (!report) throw new Error('{"code":"not_found"}');
      return report;
    },
  };
}
