import { describe, expect, it, vi } from 'vitest';
import { fakeShop, started } from '../../../test/fake';
import { JoinDesk, PersonSheet, Proposals } from './people.svelte';

describe('two entries of one person', () => {
  it('are proposed until somebody decides', async () => {
    const backend = fakeShop();
    backend.people.state.proposed = true;
    const proposals = started(new Proposals());
    await vi.waitFor(() => expect(proposals.rows).toHaveLength(1));
    const row = proposals.rows[0];
    const desk = new JoinDesk(row?.earlier.customerId ?? '');
    expect(await desk.decide(row?.later.customerId ?? '', false)).toBe(true);
    await vi.waitFor(() => expect(proposals.rows).toHaveLength(0));
    expect(backend.people.state.joined).toBe('');
  });

  it('say what happened if it failed, and change nothing', async () => {
    const backend = fakeShop();
    backend.failing.set('People.Join', { code: 'conflict' });
    const desk = new JoinDesk(backend.data.customers[0]?.id ?? '');
    expect(await desk.decide(backend.data.customers[1]?.id ?? '', true)).toBe(false);
    expect(desk.error?.code).toBe('conflict');
  });

  it('can be separated again', async () => {
    const backend = fakeShop();
    const [first, second] = backend.data.customers;
    backend.people.state.joined = second?.id ?? '';
    const sheet = started(new PersonSheet(first?.id ?? ''));
    await vi.waitFor(() => expect(sheet.sheet?.others).toHaveLength(1));
    await sheet.part();
    expect(sheet.sheet?.others).toHaveLength(0);
  });
});
