import { describe, expect, it } from 'vitest';
import { I18n, systemLanguage } from './i18n.svelte';

describe('I18n', () => {
  it('speaks German first and changes language at once', () => {
    const i18n = new I18n();
    expect(i18n.t('inbox.list.unread', { count: 1 })).toBe('1 ungelesene Unterhaltung');
    i18n.language = 'en';
    expect(i18n.t('inbox.list.unread', { count: 2 })).toBe('2 unread conversations');
  });

  it('inserts what strangers write as it is, markup and braces included', () => {
    const i18n = new I18n();
    const name = '<b>{count}</b> & "Anna"';
    expect(i18n.t('conversation.with', { name })).toBe(`Unterhaltung mit ${name}`);
  });

  it('leaves the status out of the label of a message that has none', () => {
    const i18n = new I18n();
    const args = { author: 'Anna', time: '12:04', what: 'Guten Tag' };
    expect(i18n.t('message.label', { ...args, status: 'none' })).toBe('Anna, 12:04: Guten Tag');
    expect(i18n.t('message.label', { ...args, status: 'gelesen' })).toBe('Anna, 12:04, gelesen: Guten Tag');
  });

  it('writes numbers and sizes as the language does', () => {
    const i18n = new I18n();
    expect(i18n.number(12345)).toBe('12.345');
    expect(i18n.bytes(48_300_000)).toBe('48 MB');
    expect(i18n.bytes(1_500)).toBe('1,5 kB');
  });
});

describe('systemLanguage', () => {
  it('is German for any German and English for the rest', () => {
    expect(systemLanguage(['de-AT', 'en'])).toBe('de');
    expect(systemLanguage(['fr', 'de'])).toBe('en');
    expect(systemLanguage([])).toBe('en');
  });
});
