import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeShop, started } from '../../../test/fake';
import { middle, resized, within } from './crop';
import { LegalState } from './legal.svelte';
import { ShopState } from './shop.svelte';
import { readDay, readTime, showDay, withAnother } from './times';
import { WebsiteState } from './website.svelte';
import { AutomationState, BusinessProfileState, UsernameState } from './whatsapp.svelte';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const count = (calls: string[], name: string) => calls.filter((call) => call === name).length;

describe('times and days', () => {
  it('are read as people type them', () => {
    const times = { '8': '08:00', '8.30': '08:30', '0830': '08:30', '17:05 Uhr': '17:05', '24': '24:00' };
    for (const [typed, meant] of Object.entries(times)) expect(readTime(typed), typed).toBe(meant);
    for (const wrong of ['', '25', '24:30', '8:60', 'acht', '8-9']) expect(readTime(wrong), wrong).toBeNull();
    const days = { '24.12.2026': '2026-12-24', '1.3.27': '2027-03-01', '2026-02-03': '2026-02-03' };
    for (const [typed, meant] of Object.entries(days)) expect(readDay(typed), typed).toBe(meant);
    for (const wrong of ['', '30.2.2026', '24.12.', '2026-13-01']) expect(readDay(wrong), wrong).toBeNull();
    expect([showDay('2026-12-24'), showDay('bald')]).toEqual(['24.12.2026', 'bald']);
  });
});

describe('another time on a day', () => {
  it('is the usual day, a break at noon, or later', () => {
    expect(withAnother([])).toEqual([{ from: '09:00', to: '18:00' }]);
    expect(withAnother([{ from: '09:00', to: '18:00' }])).toEqual([
      { from: '09:00', to: '13:00' },
      { from: '14:00', to: '18:00' },
    ]);
    expect(withAnother([{ from: '08:00', to: '12:30' }])[1]).toEqual({ from: '13:00', to: '14:00' });
  });
});

describe('the part of a picture', () => {
  it('never leaves the picture and never gets too small', () => {
    expect(middle(900, 700)).toEqual({ x: 100, y: 0, side: 700 });
    expect(within({ x: -5, y: 600, side: 5000 }, 900, 700)).toEqual({ x: 0, y: 0, side: 700 });
    expect(within({ x: 880, y: 650, side: 20 }, 900, 700)).toEqual({ x: 708, y: 508, side: 192 });
    expect(resized({ x: 100, y: 0, side: 700 }, 300, 900, 700)).toEqual({ x: 300, y: 200, side: 300 });
  });
});

describe('ShopState', () => {
  it('keeps once after a burst of typing, and nothing unchanged', async () => {
    const { calls, profile } = fakeShop();
    const shop = started(new ShopState());
    await vi.runAllTimersAsync();
    await shop.settle();
    expect(count(calls, 'Shop.SaveDetails')).toBe(0);
    for (const name of ['B', 'Bl', 'Blume']) {
      if (shop.details) shop.details.brand = name;
      shop.changed();
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(shop.open).toBe(true);
    await vi.runAllTimersAsync();
    expect(count(calls, 'Shop.SaveDetails')).toBe(1);
    expect([profile.shop.details.brand, shop.kept, shop.open]).toEqual(['Blume', 1, false]);
  });

  it('says which field is wrong and tries again with the next change', async () => {
    const backend = fakeShop();
    const shop = started(new ShopState());
    await vi.runAllTimersAsync();
    backend.failing.set('Shop.SaveDetails', { code: 'invalid', field: 'hours.week.0.1' });
    if (shop.details) shop.details.brand = 'x';
    await shop.settle();
    expect([shop.problem('hours.week.0', 1), shop.problem('brand'), shop.kept]).toEqual([true, false, 0]);
    backend.failing.clear();
    await shop.settle();
    expect([shop.error, shop.kept]).toEqual([null, 1]);
  });
});

describe('BusinessProfileState', () => {
  async function loaded() {
    const backend = fakeShop();
    const store = new BusinessProfileState();
    await store.load();
    return { backend, store };
  }

  it('writes only what was reviewed, then shows what was read back', async () => {
    const { backend, store } = await loaded();
    expect([store.changedSomething, store.limit('about')]).toEqual([false, 139]);
    store.form.about = 'Neu';
    expect(store.changedSomething).toBe(true);
    await store.ask();
    expect(store.review?.changes).toEqual([
      { field: 'about', before: 'Blumen, Kränze, Gestecke', after: 'Neu' },
    ]);
    expect(count(backend.calls, 'Profile.SaveProfile')).toBe(0);
    await store.save();
    expect([store.review, store.saved?.changes.length, store.changedSomething]).toEqual([null, 1, false]);
    expect(backend.profile.profile.profile.websites).toEqual(['https://anders.example/impressum']);
  });

  it('keeps what was typed when it is refused or was changed elsewhere', async () => {
    const { backend, store } = await loaded();
    store.form.websites[0] = 'https://anders.example';
    backend.failing.set('Profile.ReviewProfile', { code: 'invalid', field: 'websites.0' });
    await store.ask();
    expect([store.problem('websites', 0), store.review]).toEqual([true, null]);
    backend.failing.clear();
    await store.ask();
    backend.failing.set('Profile.SaveProfile', { code: 'conflict' });
    await store.save();
    expect([store.error?.code, store.form.websites[0]]).toEqual(['conflict', 'https://anders.example']);
  });

  it('takes over the details of the shop but not the sentence below the name', async () => {
    const { store } = await loaded();
    store.form.about = 'Mein Satz';
    store.takeFromShop();
    expect([store.form.about, store.form.websites[1]]).toEqual(['Mein Satz', 'https://anders.example']);
  });
});

describe('automation and username', () => {
  it('are saved and read back', async () => {
    const { profile } = fakeShop();
    const store = new AutomationState();
    await store.load();
    store.form.prompts.push('Liefern Sie?');
    await store.save();
    expect([store.saved, profile.automation.prompts]).toEqual([
      true,
      ['Haben Sie heute offen?', 'Liefern Sie?'],
    ]);
  });

  it('name the refused entry, and an account without usernames is no failure of the area', async () => {
    const backend = fakeShop();
    const store = new AutomationState();
    await store.load();
    backend.failing.set('Profile.SaveAutomation', { code: 'invalid', field: 'commands.0.name' });
    await store.save();
    expect([store.problem('commands', 0, 'name'), store.saved]).toEqual([true, false]);
    const username = new UsernameState();
    backend.failing.set('Profile.GetUsername', { code: 'permission' });
    await username.load();
    expect([username.shown, username.error?.code]).toEqual([null, 'permission']);
    backend.failing.clear();
    await username.set('anders');
    expect(username.shown).toEqual({ name: 'anders', status: 'reserved' });
  });
});

describe('LegalState', () => {
  it('confirms exactly the text that is shown, and can take it back', async () => {
    const { profile } = fakeShop();
    const store = new LegalState();
    await store.load();
    expect(store.text?.draft).toMatch(/^Entwurf/);
    await store.confirm(true);
    expect([store.text?.confirmed, profile.text.draft]).toEqual([true, '']);
    await store.confirm(false);
    expect(store.text?.confirmed).toBe(false);
  });

  it('drops the report of the other page', async () => {
    fakeShop();
    const store = new LegalState();
    await store.check();
    expect(store.report?.problems).toBe(2);
    store.choose({ kind: 'privacy' });
    expect(store.report).toBeNull();
  });
});

describe('WebsiteState', () => {
  it('builds after typing, and has the notice kept only when a text goes out', async () => {
    const { calls, profile } = fakeShop();
    const store = started(new WebsiteState());
    await vi.runAllTimersAsync();
    store.form.label = 'Fragen';
    store.changed();
    expect(store.outdated).toBe(true);
    await vi.runAllTimersAsync();
    expect(store.texts?.snippet).toContain('Fragen');
    expect([profile.website.label, store.outdated, count(calls, 'Website.Take')]).toEqual([
      'Fragen',
      false,
      0,
    ]);
    await store.copy('snippet');
    expect([store.copied, count(calls, 'Website.Take')]).toEqual(['snippet', 1]);
  });

  it('says why nothing can be built, and recovers', async () => {
    const backend = fakeShop();
    backend.failing.set('Website.Build', { code: 'invalid', field: 'imprintUrl' });
    const store = started(new WebsiteState());
    await vi.runAllTimersAsync();
    expect([store.texts, store.problem('imprintUrl')]).toEqual([null, true]);
    backend.failing.clear();
    store.changed();
    await vi.runAllTimersAsync();
    expect(store.texts).not.toBeNull();
  });
});
