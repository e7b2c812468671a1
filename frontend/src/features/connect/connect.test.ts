import { describe, expect, it } from 'vitest';
import { fakeShop, started } from '../../../test/fake';
import { line } from '../../../test/connectFake';
import type { Finding } from '~/lib/api';
import { findingText } from '~/lib/findings';
import { I18n } from '~/lib/i18n/i18n.svelte';
import { GuideStore } from './guide.svelte';
import { HealthWatch } from './health.svelte';
import { RelayStore } from './relay.svelte';

const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('GuideStore', () => {
  it('goes on when a step passes and stays when it does not', async () => {
    const backend = fakeShop();
    backend.guideAt('token');
    const guide = started(new GuideStore());
    await settled();
    expect(guide.open).toBe('token');
    backend.failing.set('Guide.CheckToken', { code: 'offline' });
    expect(await guide.checkToken('EAA')).toBe(false);
    expect(guide).toMatchObject({ open: 'token', busy: '', error: { code: 'offline' } });
    backend.failing.clear();
    expect(await guide.checkToken('EAA')).toBe(true);
    expect(guide).toMatchObject({ open: 'number', error: null });
  });

  it('says no if an answer came but the step failed, and opens a step again', async () => {
    const backend = fakeShop();
    backend.guideAt('secret');
    const guide = started(new GuideStore());
    await settled();
    backend.refuses.add('secret');
    expect(await guide.checkSecret('wrong one')).toBe(false);
    expect(guide).toMatchObject({ open: 'secret', error: null });
    expect(guide.step('secret')?.findings[0]?.word).toBe('secret.valid');
    guide.goTo('token');
    expect(guide.open).toBe('token');
  });

  it('pairs as a step of its own', async () => {
    const backend = fakeShop();
    backend.guideAt('relay');
    const guide = started(new GuideStore());
    await settled();
    expect(await guide.pair('relay.example.de', 'AAAAA-BBBBB-CCCCC')).toBe(true);
    expect(backend.calls).toContain('Relay.Pair');
    expect(guide.open).toBe('callback');
  });

  it('ends the live test by itself when a message has come', async () => {
    const backend = fakeShop();
    backend.guideAt('test');
    const guide = started(new GuideStore());
    await settled();
    expect(guide.done).toBe(false);
    backend.connect.guide.current = '';
    backend.emit('connection:changed');
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(guide.done).toBe(true);
  });
});

describe('RelayStore', () => {
  it('pairs, removes a computer and leaves', async () => {
    const backend = fakeShop();
    Object.assign(backend.connect.relay, { paired: false });
    const store = started(new RelayStore());
    await settled();
    backend.failing.set('Relay.Pair', { code: 'not_found', field: 'code' });
    expect(await store.pair('relay.example.de', 'x')).toBe(false);
    expect(store.error).toMatchObject({ code: 'not_found', field: 'code' });
    backend.failing.clear();
    expect(await store.pair('relay.example.de', 'x')).toBe(true);
    expect(store.state?.devices).toHaveLength(2);
    const other = store.state?.devices.find((device) => !device.thisOne);
    if (!other) throw new Error('no other computer');
    await store.remove(other);
    expect(store.state?.devices.map((device) => device.thisOne)).toEqual([true]);
    await store.leave();
    expect(store.state).toMatchObject({ paired: false });
  });
});

describe('HealthWatch', () => {
  it('speaks up when something needs a person, and is quiet otherwise', async () => {
    const backend = fakeShop();
    const health = started(new HealthWatch());
    await settled();
    expect(health.state?.alerts).toEqual([]);
    backend.connect.health.alerts = [line('health.payment', 'failed')];
    backend.emit('connection:changed');
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(health.state?.alerts.map((alert) => alert.word)).toEqual(['health.payment']);
  });

  it('shows the diagnosis before it saves it', async () => {
    const backend = fakeShop();
    const health = started(new HealthWatch());
    await health.readDiagnosis();
    expect(health.diagnosis).toContain('TRESEN DIAGNOSIS');
    expect(backend.calls).not.toContain('Health.SaveDiagnosis');
    await health.saveDiagnosis();
    expect(health.saved).not.toBe('');
  });
});

describe('findings in words', () => {
  const i18n = new I18n();
  const now = new Date('2026-11-22T12:00:00Z');
  const finding = (rest: Partial<Finding>): Finding => ({
    word: 'token.valid',
    state: 'passed',
    code: null,
    number: 0,
    value: '',
    at: null,
    ...rest,
  });

  it('say when, how many and why', () => {
    expect(
      findingText(i18n, finding({ word: 'token.lifeUntil', at: new Date('2027-01-21T12:00:00Z') }), now),
    ).toBe('Er gilt bis 21. Jan. 2027.');
    expect(
      findingText(i18n, finding({ word: 'health.unverified', state: 'failed', number: 3 }), now),
    ).toContain('3 Zustellungen');
    expect(
      findingText(i18n, finding({ word: 'register.done', state: 'failed', code: 'rate_limited' }), now),
    ).toContain(i18n.t('error.rate_limited.next'));
    expect(
      findingText(
        i18n,
        finding({ word: 'callback.set', state: 'failed', code: 'invalid', number: 2200 }),
        now,
      ),
    ).toMatch(/erreichen können\. \(Meldung 2200 des Anbieters\)$/);
  });

  it('fall back to the word itself for what a newer Go side finds', () => {
    expect(findingText(i18n, finding({ word: 'health.aura' }), now)).toBe('health.aura');
  });
});
