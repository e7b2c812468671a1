import { describe, expect, it } from 'vitest';
import { fakeShop } from '../../../test/fake';
import { AccessCopy } from './access.svelte';
import { BackupDesk } from './backups.svelte';
import { ConsentCard } from './consent.svelte';
import { MatterCard } from './matter.svelte';
import { RetentionRules } from './rules.svelte';

describe('the rules of retention', () => {
  it('change one rule and leave the others', async () => {
    const backend = fakeShop();
    const store = new RetentionRules();
    await store.load();
    await store.change({}, { class: 'enquiry', value: 3, off: false });
    const [request] = backend.privacy.state.requests;
    expect(request?.rules.find((row) => row.class === 'enquiry')).toMatchObject({ months: 3, off: false });
    expect(request?.rules.find((row) => row.class === 'order')).toMatchObject({ months: 12 });
    expect(request?.rules.some((row) => row.class === 'voucher')).toBe(false);
  });

  it('say what is due, and nothing after the run', async () => {
    fakeShop();
    const store = new RetentionRules();
    await store.load();
    expect(store.due).toBe(2);
    await store.run();
    expect(store.due).toBe(0);
    expect(store.result?.left).toBe(0);
  });
});

describe('a backup', () => {
  it('needs a long passphrase, typed twice', async () => {
    fakeShop();
    const desk = new BackupDesk();
    await desk.load();
    desk.passphrase = 'kurz';
    expect(desk.short).toBe(true);
    desk.passphrase = 'vier Wörter am Telefon';
    expect(desk.ready).toBe(false);
    desk.repeated = 'vier Wörter am Telefo';
    expect(desk.differs).toBe(true);
    desk.repeated = desk.passphrase;
    expect(desk.ready).toBe(true);
    await desk.create();
    expect(desk.made).toBe(true);
  });

  it('says neither that it was made nor that it was read if somebody stopped it', async () => {
    const backend = fakeShop();
    const desk = new BackupDesk();
    await desk.load();
    const making = desk.create();
    expect(desk.running).toBe(true);
    await desk.stop();
    await making;
    expect([desk.made, desk.running]).toEqual([false, false]);
    expect(backend.calls).toContain('Backups.Stop');
  });
});

describe('the consents of a person', () => {
  it('know that the question was put', async () => {
    const backend = fakeShop();
    const card = new ConsentCard();
    await card.load('c1');
    expect(card.sheet?.states).toEqual([]);
    const request = { conversationId: 1, purpose: 'news', topics: 'Tulpen', frequency: '', language: 'de' };
    expect(await card.ask('c1', request)).toBe(true);
    expect(card.sheet?.states[0]).toMatchObject({ purpose: 'news', act: 'requested' });
    expect(backend.privacy.state.asked).toEqual([request]);
  });
});

describe('what a conversation is about', () => {
  it('is kept', async () => {
    const backend = fakeShop();
    const card = new MatterCard();
    await card.load(7);
    await card.change({ kind: 'order', claims: true });
    expect(backend.privacy.state.matters[7]).toMatchObject({ kind: 'order', claims: true });
  });
});

describe('the copy for a person', () => {
  it('blacks out what is about others unless the shop decides otherwise', async () => {
    const backend = fakeShop();
    const copy = new AccessCopy();
    copy.number = 'AK-1';
    await copy.save('person');
    expect(backend.privacy.state.packed).toHaveLength(0);
    await copy.look('person');
    expect(copy.redact).toEqual(['11', '12']);
    copy.redact = ['12'];
    await copy.save('person');
    expect(backend.privacy.state.packed[0]?.redact).toEqual(['12']);
    expect(copy.result?.saved).toBe(true);
  });
});
