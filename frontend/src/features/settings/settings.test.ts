import { describe, expect, it } from 'vitest';
import { fakeShop, started } from '../../../test/fake';
import { I18n } from '~/lib/i18n/i18n.svelte';
import { SettingsStore } from './settings.svelte';

const root = document.documentElement;

describe('SettingsStore', () => {
  it('carries the settings out on the page and saves them', async () => {
    const backend = fakeShop();
    const i18n = new I18n();
    const store = started(new SettingsStore(i18n));
    await store.load();
    expect([root.lang, root.dataset['theme'], root.style.fontSize]).toEqual(['de', 'light', '100%']);
    await store.change({ language: 'en', theme: 'dark', zoom: 150 });
    expect([root.lang, root.dataset['theme'], root.style.fontSize]).toEqual(['en', 'dark', '150%']);
    expect(i18n.language).toBe('en');
    expect(backend.data.settings).toMatchObject({ language: 'en', zoom: 150 });
  });

  it('goes back to what is saved if saving fails', async () => {
    const backend = fakeShop();
    const store = started(new SettingsStore(new I18n()));
    await store.load();
    backend.failing.set('System.SaveSettings', { code: 'storage_read_only' });
    await store.change({ zoom: 200 });
    expect(store.settings.zoom).toBe(100);
    expect(root.style.fontSize).toBe('100%');
    expect(store.error?.code).toBe('storage_read_only');
  });

  it('zooms in steps between 80 and 200 percent', async () => {
    fakeShop();
    const store = started(new SettingsStore(new I18n()));
    await store.load();
    for (let i = 0; i < 12; i++) store.zoom(1);
    expect(store.settings.zoom).toBe(200);
    for (let i = 0; i < 12; i++) store.zoom(-1);
    expect(store.settings.zoom).toBe(80);
  });
});
