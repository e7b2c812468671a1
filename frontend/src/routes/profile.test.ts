import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { fakeShop as fakeShopOf } from '../../test/fake';
import Root from './Root.svelte';

const user = userEvent.setup();
const fakeShop = (change?: Parameters<typeof fakeShopOf>[0]) => fakeShopOf(change, 3);

async function open(section?: string) {
  render(Root);
  await user.click(await screen.findByRole('button', { name: 'Profil & Impressum' }));
  await screen.findByRole('heading', { level: 1, name: 'Profil & Impressum' });
  if (section) await user.click(await screen.findByRole('button', { name: section }));
}

/** What axe finds wrong. Contrast and frames need a real browser: the e2e tests check them. */
async function problems(): Promise<string[]> {
  const result = await axe.run(document, {
    iframes: false,
    rules: { 'color-contrast': { enabled: false } },
  });
  return result.violations.map((violation) => `${violation.id}: ${String(violation.nodes[0]?.html)}`);
}

beforeEach(() => {
  document.title = 'Tresen';
  // jsdom says "100%" for the root font size, so a rem counts 100 pixels here.
  Object.defineProperty(window, 'innerWidth', { value: 8000, configurable: true });
});

describe('the profile area', () => {
  it('keeps details by themselves and marks times that cannot be', async () => {
    const backend = fakeShop();
    await open();
    await user.type(await screen.findByLabelText('Ort'), ' Nord');
    await waitFor(() => expect(backend.profile.shop.details.imprint.city).toBe('München Nord'));
    const from = screen.getByLabelText('Montag: von');
    await user.clear(from);
    await user.type(from, 'neun{Tab}');
    expect(from).toBeInvalid();
    await user.clear(from);
    await user.type(from, '9.30{Tab}');
    expect(from).toHaveValue('09:30');
    await waitFor(() => expect(backend.profile.shop.details.week[0]?.spans[0]?.from).toBe('09:30'));
    expect(await problems()).toEqual([]);
  });

  it('asks before it writes the profile', async () => {
    const backend = fakeShop();
    await open('WhatsApp-Profil');
    await user.type(await screen.findByLabelText('Info'), ' und mehr');
    await user.click(screen.getByRole('button', { name: 'Änderungen ansehen' }));
    const dialog = await screen.findByRole('dialog', { name: 'Das würde sich ändern' });
    expect(within(dialog).getByText('Blumen, Kränze, Gestecke und mehr')).toBeVisible();
    expect(await problems()).toEqual([]);
    await user.click(within(dialog).getByRole('button', { name: 'Ins Profil schreiben' }));
    expect(await screen.findByText(/^Geschrieben und zurückgelesen/)).toBeVisible();
    expect(backend.profile.profile.profile.about).toBe('Blumen, Kränze, Gestecke und mehr');
  });

  it('says what the provider says when the profile cannot be read', async () => {
    const backend = fakeShop();
    backend.failing.set('Profile.GetProfile', { code: 'offline' });
    await open('WhatsApp-Profil');
    expect(await screen.findByText('Der Anbieter ist nicht zu erreichen.')).toBeVisible();
    backend.failing.clear();
    await user.click(screen.getByRole('button', { name: 'Noch einmal versuchen' }));
    expect(await screen.findByLabelText('Info')).toBeVisible();
  });

  it('shows the imprint as a draft, and what stands on the page', async () => {
    fakeShop();
    await open('Impressum & Datenschutz');
    expect(await screen.findByText(/^Entwurf – bitte prüfen lassen/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Impressum jetzt prüfen' }));
    expect(await screen.findByText('2 Dinge sind zu ändern.')).toBeVisible();
    expect(screen.getByText(/Telefon: nicht gefunden\. \(§ 5 Abs\. 1 Nr\. 2 DDG\)/)).toBeVisible();
    expect(await problems()).toEqual([]);
  });

  it('lists what keeps the imprint from being written', async () => {
    const backend = fakeShop();
    backend.profile.text.problems = [{ field: 'phone', fault: 'missing', norm: '§ 5 Abs. 1 Nr. 2 DDG' }];
    await open('Impressum & Datenschutz');
    expect(await screen.findByText(/Telefon: fehlt/)).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Als Seite speichern' })).toBeNull();
  });

  it('makes the widget and sends the owner to what is missing for it', async () => {
    const backend = fakeShop();
    backend.failing.set('Website.Build', { code: 'invalid', field: 'privacyUrl' });
    await open('Website & E-Mail');
    await user.click(await screen.findByRole('button', { name: 'Adressen eintragen' }));
    backend.failing.clear();
    await user.click(await screen.findByRole('button', { name: 'Website & E-Mail' }));
    expect(await screen.findByText(/<section lang="de">/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Code kopieren' }));
    expect(await screen.findByText('In die Zwischenablage kopiert.')).toBeVisible();
    expect(await problems()).toEqual([]);
  });
});

describe('a reminder', () => {
  it('leads to the text that says the old, and is gone there', async () => {
    const backend = fakeShop();
    backend.profile.reminders = [{ kind: 'imprint', language: 'de', reason: 'saved' }];
    await open();
    await user.click(await screen.findByRole('button', { name: 'Zu den Texten' }));
    expect(await screen.findByRole('article', { name: 'Impressum' })).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Zu den Texten' })).toBeNull();
  });
});

describe('the customer panel', () => {
  it('says which notice a customer saw, and what it said', async () => {
    const backend = fakeShop();
    backend.profile.notices = [
      {
        id: 'W1-K7QF',
        atMs: Date.UTC(2026, 10, 12, 9),
        text: 'Chat mit Blumen Anders',
        version: 'notice-2026-11',
      },
    ];
    render(Root);
    await user.click((await screen.findAllByRole('option'))[0] as HTMLElement);
    expect(await screen.findByText(/^Fassung W1-K7QF, mit der Nachricht vom 12\./)).toBeVisible();
    expect(screen.getByText('Chat mit Blumen Anders')).toBeInTheDocument();
  });
});
