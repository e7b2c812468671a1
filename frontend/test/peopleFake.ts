import type { app } from '../src/wailsjs/go/models';
import type { FakeData } from './fakeBackend';

/** The Go side of saying which customers are one person. The first two of the shop are proposed. */
export function peopleFake(data: () => FakeData, emit: (name: string, payload?: unknown) => void) {
  const state = { proposed: false, joined: '' as string, asked: [] as app.PeopleRequest[] };
  const side = (customer: app.CustomerDetail): app.PersonSide => ({
    customerId: customer.id,
    name: customer.name,
    identifiers: customer.identifiers,
    conversations: 1,
    messages: customer.messages,
    media: customer.media,
    notes: 0,
    firstAtMs: customer.firstAtMs,
    conversationId: data().conversations.find((row) => row.customerId === customer.id)?.id ?? 0,
    joinedAtMs: 0,
  });
  const find = (id: string): app.PersonSide => {
    const found = data().customers.find((one) => one.id === id);
    if (!found) throw new Error('not found');
    return side(found);
  };
  const pair = () => data().customers.slice(0, 2);
  const open = (): app.ProposalRow[] => {
    const [later, earlier] = pair();
    if (!state.proposed || !later || !earlier) return [];
    return [{ earlier: side(earlier), later: side(later), atMs: Date.UTC(2026, 10, 3) }];
  };
  const decide = (request: app.PeopleRequest): void => {
    state.asked.push(request);
    state.proposed = false;
    for (const one of pair()) emit('customer:changed', { customerId: one.id, erased: false });
  };
  return {
    state,
    methods: {
      Get: (customerId: string): app.PersonSheet => ({
        proposals: open().filter(
          (row) => row.earlier.customerId === customerId || row.later.customerId === customerId,
        ),
        others: state.joined !== '' && state.joined !== customerId ? [find(state.joined)] : [],
        removable: state.joined,
      }),
      Proposals: open,
      Preview: (request: app.PeopleRequest): app.JoinPreview => {
        const sides = [find(request.customerId), find(request.otherId)];
        return {
          sides,
          name: sides[0]?.name ?? '',
          ends: ['news'],
          counts: ['reminders'],
          objected: true,
          restricted: false,
        };
      },
      Join: (request: app.PeopleRequest): void => {
        state.joined = request.otherId;
        decide(request);
      },
      Different: decide,
      Part: (): void => {
        state.joined = '';
        for (const one of pair()) emit('customer:changed', { customerId: one.id, erased: false });
      },
    },
  };
}
