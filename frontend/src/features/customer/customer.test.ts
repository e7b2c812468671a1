import { describe, expect, it, vi } from 'vitest';
import { fakeShop, started } from '../../../test/fake';
import { CustomerCard } from './customer.svelte';
import { Erasure } from './erasure.svelte';

describe('CustomerCard', () => {
  it('shows a person, takes a name and follows changes', async () => {
    const backend = fakeShop();
    const id = backend.data.customers[0]?.id ?? '';
    const card = started(new CustomerCard());
    card.show(id);
    await vi.waitFor(() => expect(card.customer?.name).toBe('Annegret Sommerfeld'));
    expect(await card.rename('  Frau Sommerfeld ')).toBe(true);
    expect(card.customer).toMatchObject({ name: 'Frau Sommerfeld', nameSource: 'shop' });
    backend.emit('customer:changed', { customerId: id, erased: true });
    expect(card.customer).toBeNull();
  });

  it('keeps the form open if the name was refused', async () => {
    const backend = fakeShop();
    const card = started(new CustomerCard());
    card.show(backend.data.customers[0]?.id ?? '');
    await vi.waitFor(() => expect(card.customer).not.toBeNull());
    backend.failing.set('Customers.Rename', { code: 'storage_full' });
    expect(await card.rename('Anna')).toBe(false);
    expect(card.error?.code).toBe('storage_full');
  });
});

describe('Erasure', () => {
  it('cannot begin while something stands in the way, and takes the owner’s decision', async () => {
    const backend = fakeShop();
    backend.log.state.openOrder = true;
    const erasure = started(new Erasure());
    await erasure.ask(backend.data.customers[0]?.id ?? '', {
      case: 'DS-2026-0001',
      trigger: 'art17',
      requestedAtMs: 1,
    });
    expect(erasure.plan?.refused).toBe(true);
    await erasure.confirm();
    expect(backend.calls).not.toContain('Erasing.Start');
    await erasure.decide('conversation:7', 'restrict');
    expect(backend.log.state.choices).toEqual([{ key: 'conversation:7', decision: 'restrict' }]);
    expect(erasure.plan?.refused).toBe(false);
    await erasure.confirm();
    expect(backend.calls).toContain('Erasing.Start');
    backend.finishErasure();
    await vi.waitFor(() => expect(erasure.certificate?.available).toBe(true));
    erasure.leave();
    expect(erasure.leaving).toBe(true);
    expect(erasure.open).toBe(true);
    expect(backend.log.state.dropped).toEqual([]);
    erasure.close();
    expect(erasure).toMatchObject({ open: false, leaving: false });
    await vi.waitFor(() => expect(backend.log.state.dropped).toEqual([7]));
  });

  it('refuses only for a request, and stays open if that fails', async () => {
    const backend = fakeShop();
    backend.log.state.openOrder = true;
    const id = backend.data.customers[0]?.id ?? '';
    const erasure = started(new Erasure());
    await erasure.ask(id);
    expect(erasure).toMatchObject({ plan: { refused: true }, mayRefuse: false });
    await erasure.refuse('de');
    expect(backend.log.state.refused).toEqual([]);
    const { number } = backend.cases.add(id, 'erasure');
    await erasure.ask(id, { case: number, trigger: 'art17', requestedAtMs: 1 });
    backend.failing.set('Erasing.Refuse', { code: 'storage_full' });
    await erasure.refuse('en');
    expect(erasure).toMatchObject({ open: true, refusing: false, error: { code: 'storage_full' } });
    backend.failing.clear();
    await erasure.refuse('en');
    expect(erasure.open).toBe(false);
    expect(backend.cases.state.files[0]?.state).toBe('refused');
  });

  it('tells of what stays by the decisions taken when it begins', async () => {
    const backend = fakeShop();
    const erasure = started(new Erasure());
    await erasure.ask(backend.data.customers[0]?.id ?? '');
    expect(erasure.plan?.elements.some((element) => element.decision === 'restrict')).toBe(true);
    backend.log.state.nothingStays = true;
    await erasure.confirm();
    expect(erasure.plan?.elements.some((element) => element.decision === 'restrict')).toBe(false);
  });

  it('closes without a question where there is no certificate, or somebody has it', async () => {
    const backend = fakeShop();
    for (const certificates of [false, true]) {
      backend.log.state.certificates = certificates;
      const erasure = started(new Erasure());
      await erasure.ask(backend.data.customers[0]?.id ?? '');
      await erasure.confirm();
      backend.finishErasure();
      await vi.waitFor(() => expect(erasure.certificate?.available).toBe(certificates));
      erasure.handed = certificates;
      erasure.leave();
      expect(erasure.open).toBe(false);
    }
  });

  it('asks before it closes while the erasure runs, or has failed for now', async () => {
    const backend = fakeShop();
    const erasure = started(new Erasure());
    await erasure.ask(backend.data.customers[0]?.id ?? '');
    await erasure.confirm();
    for (const state of ['running', 'failed'] as const) {
      backend.finishErasure({ state, erased: false });
      await vi.waitFor(() => expect(erasure.report?.state).toBe(state));
      erasure.leave();
      expect(erasure).toMatchObject({ leaving: true, open: true });
      erasure.leaving = false;
    }
    expect(backend.log.state.dropped).toEqual([]);
    erasure.leave();
    backend.finishErasure();
    await vi.waitFor(() => expect(erasure.certificate?.available).toBe(true));
    expect(erasure).toMatchObject({ leaving: true, open: true });
    erasure.close();
    await vi.waitFor(() => expect(backend.log.state.dropped).toEqual([7]));
  });

  it('asks even if nobody knows how the erasure went', async () => {
    const backend = fakeShop();
    const erasure = started(new Erasure());
    await erasure.ask(backend.data.customers[0]?.id ?? '');
    backend.failing.set('Customers.GetErasure', { code: 'storage_locked' });
    await erasure.confirm();
    expect(erasure.error?.code).toBe('storage_locked');
    erasure.leave();
    expect(erasure).toMatchObject({ leaving: true, open: true });
    erasure.close();
    expect(erasure.open).toBe(false);
  });

  it('takes no leave between the click and the first answer', async () => {
    const backend = fakeShop();
    const erasure = started(new Erasure());
    await erasure.ask(backend.data.customers[0]?.id ?? '');
    const confirming = erasure.confirm();
    erasure.leave();
    expect(erasure).toMatchObject({ leaving: false, open: true });
    await confirming;
    expect(erasure.report).not.toBeNull();
  });

  it('asks, works and reports; nothing is erased before the second click', async () => {
    const backend = fakeShop();
    const erasure = started(new Erasure());
    await erasure.ask(backend.data.customers[0]?.id ?? '');
    expect(erasure.preview).toMatchObject({ messages: 214, media: 31 });
    expect(backend.calls).not.toContain('Erasing.Start');
    await Promise.all([erasure.confirm(), erasure.confirm()]);
    expect(backend.calls.filter((call) => call === 'Erasing.Start')).toHaveLength(1);
    backend.advanceErasure('rows');
    await vi.waitFor(() => expect(erasure.report).toMatchObject({ state: 'running', erased: true }));
    backend.finishErasure({ scanHits: 1, state: 'failed' });
    await vi.waitFor(() => expect(erasure.report).toMatchObject({ state: 'failed', scanHits: 1 }));
  });

  it('goes on without the dialog', async () => {
    const backend = fakeShop();
    const erasure = started(new Erasure());
    await erasure.ask(backend.data.customers[0]?.id ?? '');
    await erasure.confirm();
    erasure.close();
    backend.finishErasure();
    expect(erasure.open).toBe(false);
    expect(erasure.report).toBeNull();
  });

  it('says why it cannot begin', async () => {
    const backend = fakeShop();
    const erasure = started(new Erasure());
    backend.failing.set('Customers.PreviewErasure', { code: 'key_missing' });
    await erasure.ask('x');
    expect(erasure.error?.code).toBe('key_missing');
  });
});
