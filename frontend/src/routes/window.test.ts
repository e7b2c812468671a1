import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeShop as fakeShopOf } from '../../test/fake';
import { message } from '../../test/fakeBackend';
import Root from './Root.svelte';

const user = userEvent.setup();

/** Few people: looking things up by role is slow in jsdom. */
const fakeShop = (change?: Parameters<typeof fakeShopOf>[0]) => fakeShopOf(change, 10);

/** What axe finds wrong. Contrast needs a real browser: the contact sheet checks it. */
async function problems(): Promise<string[]> {
  const result = await axe.run(document, { rules: { 'color-contrast': { enabled: false } } });
  return result.violations.map((violation) => `${violation.id}: ${String(violation.nodes[0]?.html)}`);
}

async function openConversation(name: RegExp) {
  await user.click(await screen.findByRole('option', { name }));
  return screen.findByRole('textbox', { name: 'Antwort schreiben' });
}

beforeEach(() => {
  document.title = 'Tresen';
  vi.spyOn(document, 'hasFocus').mockReturnValue(true);
  // jsdom does not resolve the root font size and says "100%", so a rem counts 100 pixels here.
  Object.defineProperty(window, 'innerWidth', { value: 8000, configurable: true });
});

describe('the open shop', () => {
  it('answers a customer by keyboard alone', async () => {
    const backend = fakeShop();
    render(Root);
    const list = await screen.findByRole('listbox');
    list.focus();
    await user.keyboard('{Home}{Enter}');
    const composer = await screen.findByRole('textbox', { name: 'Antwort schreiben' });
    expect(composer).toHaveFocus();
    await user.keyboard('Bis Samstag.{Shift>}{Enter}{/Shift}Ihr Laden{Enter}');
    const sent = await screen.findByRole('article', { name: /^Sie, .*wartet: Bis Samstag\.\s+Ihr Laden/ });
    expect(composer).toHaveValue('');
    backend.report(1, sent.dataset['message'] ?? '', 'read');
    await screen.findByRole('article', { name: /^Sie, .*gelesen: Bis Samstag/ });
    expect(await problems()).toEqual([]);
    await user.keyboard('{Escape}');
    expect(screen.getByRole('listbox')).toHaveFocus();
  });

  it('replies to the message the keyboard is on', async () => {
    const backend = fakeShop();
    render(Root);
    await openConversation(/Annegret/);
    await user.keyboard('{ArrowUp}r');
    expect(await screen.findByText('Antwort auf Annegret Sommerfeld')).toBeVisible();
    await user.keyboard('Gern{Enter}');
    await waitFor(() => expect(backend.data.messages[1]?.at(-1)?.quote?.text).toMatch(/^Und noch etwas/));
  });

  it('announces what arrives', async () => {
    const backend = fakeShop();
    render(Root);
    await openConversation(/Annegret/);
    backend.receive(1, 'Sind Sie da?');
    await screen.findByText('Neue Nachricht von Annegret Sommerfeld: Sind Sie da?');
    backend.receive(2, 'Hallo');
    await screen.findByText('Neue Nachricht von Jörg aus der Werkstatt');
  });

  it('keeps the rows in their places under a finger that is pressing one', async () => {
    const backend = fakeShop();
    render(Root);
    const order = () => screen.getAllByRole('option').map((option) => option.id);
    const pressed = await screen.findByRole('option', { name: /Jörg/ });
    const before = order();
    await user.pointer({ keys: '[MouseLeft>]', target: pressed });
    backend.receive(7, 'Guten Tag');
    await screen.findByText(/^Neue Nachricht von/);
    expect(order()).toEqual(before);
    await user.pointer({ keys: '[/MouseLeft]', target: pressed });
    await screen.findByRole('heading', { level: 2, name: /Jörg/ });
    await waitFor(() => expect(order()).not.toEqual(before));
  });

  it('opens the row that was pressed although it has moved, unless the finger slid away', async () => {
    fakeShop();
    render(Root);
    const row = await screen.findByRole('option', { name: /Jörg/ });
    const list = screen.getByRole('listbox');
    const press = (released: { x: number; y: number }) =>
      user.pointer([
        { keys: '[MouseLeft>]', target: row, coords: { clientX: 50, clientY: 200 } },
        { keys: '[/MouseLeft]', target: list, coords: { clientX: released.x, clientY: released.y } },
      ]);
    await press({ x: 50, y: 320 });
    expect(row).toHaveAttribute('aria-selected', 'false');
    await press({ x: 52, y: 201 });
    await waitFor(() => expect(row).toHaveAttribute('aria-selected', 'true'));
  });

  it('locks the composer when the window has closed, and keeps the draft in sight', async () => {
    fakeShop((data) =>
      Object.assign(data.conversations[0] ?? {}, { windowClosesAtMs: Date.now() - 1, draft: 'Ja, um fünf.' }),
    );
    render(Root);
    await user.click(await screen.findByRole('option', { name: /Annegret/ }));
    await screen.findByText(/älter als 24 Stunden/);
    expect(screen.queryByRole('textbox', { name: 'Antwort schreiben' })).not.toBeInTheDocument();
    expect(screen.getByText('Ja, um fünf.', { selector: 'blockquote' })).toBeVisible();
  });

  it('renders names and texts as text, and opens a link only after a look at its host', async () => {
    const backend = fakeShop((data) => {
      Object.assign(data.conversations[0] ?? {}, { name: '<img src=x onerror=alert(1)>' });
    });
    render(Root);
    await openConversation(/<img/);
    expect(document.querySelector('img')).toBeNull();
    backend.receive(1, 'Hier: https://beispiel.de/rosa.');
    await user.click(await screen.findByRole('button', { name: 'https://beispiel.de/rosa' }));
    const dialog = await screen.findByRole('dialog', { name: 'Link öffnen' });
    expect(await within(dialog).findByText('beispiel.de')).toBeVisible();
    expect(backend.calls).not.toContain('System.OpenLink');
    await user.click(within(dialog).getByRole('button', { name: 'Im Browser öffnen' }));
    expect(backend.calls).toContain('System.OpenLink');
  });

  it('erases a person with two clicks and says what was found', async () => {
    const backend = fakeShop();
    render(Root);
    await openConversation(/Annegret/);
    await user.click(await screen.findByRole('button', { name: 'Person löschen …' }));
    const dialog = await screen.findByRole('dialog');
    await within(dialog).findByText('214 Nachrichten');
    expect(within(dialog).getByText(/bis zu 30 Tage/)).toBeVisible();
    expect(within(dialog).getByText(/Telefon der Person/)).toBeVisible();
    await user.click(within(dialog).getByRole('button', { name: 'Endgültig löschen' }));
    await within(dialog).findByText('Daten heraussuchen');
    expect(within(dialog).queryByText(/ist gelöscht/)).not.toBeInTheDocument();
    backend.finishErasure();
    expect(await within(dialog).findByText(/^Gelöscht: 214 Nachrichten, 31 Dateien .* außer/)).toBeVisible();
    expect(within(dialog).queryByText(/^Alles zu/)).toBeNull();
    expect(within(dialog).getByText('2 Belege im Archiv')).toBeVisible();
    expect(within(dialog).getByText(/Das Gesetz verlangt die Aufbewahrung\. Bis .*2034\./)).toBeVisible();
    expect(within(dialog).getByText('§ 147 AO, § 14b UStG')).toBeVisible();
    expect(within(dialog).queryByText(/Chat mit/)).toBeNull();
    expect(await problems()).toEqual([]);
  });

  it('says that everything is gone only if nothing stays', async () => {
    const backend = fakeShop();
    backend.log.state.nothingStays = true;
    render(Root);
    await openConversation(/Annegret/);
    await user.click(await screen.findByRole('button', { name: 'Person löschen …' }));
    const dialog = await screen.findByRole('dialog');
    await user.click(await within(dialog).findByRole('button', { name: 'Endgültig löschen' }));
    await within(dialog).findByText('Daten heraussuchen');
    backend.finishErasure();
    expect(await within(dialog).findByText(/^Alles zu dieser Person ist gelöscht: 214/)).toBeVisible();
    expect(within(dialog).queryByText(/Das bleibt/)).toBeNull();
  });

  it('asks before the number of a certificate nobody has is destroyed', async () => {
    const backend = fakeShop();
    render(Root);
    await openConversation(/Annegret/);
    await user.click(await screen.findByRole('button', { name: 'Person löschen …' }));
    const dialog = await screen.findByRole('dialog');
    await user.click(await within(dialog).findByRole('button', { name: 'Endgültig löschen' }));
    backend.finishErasure();
    await within(dialog).findByRole('button', { name: 'Als PDF speichern' });
    const leave = () => user.click(within(dialog).getByText('Schließen'));
    await leave();
    const question = await screen.findByRole('dialog', { name: 'Ohne Bestätigung schließen?' });
    expect(await problems()).toEqual([]);
    await user.click(within(question).getByRole('button', { name: 'Zurück zur Bestätigung' }));
    expect(question).not.toBeInTheDocument();
    expect(backend.log.state.dropped).toEqual([]);
    await user.click(within(dialog).getByRole('button', { name: 'Als PDF speichern' }));
    await within(dialog).findByText(/^Gespeichert\./);
    await leave();
    await waitFor(() => expect(dialog).not.toBeInTheDocument());
    expect(backend.log.state.dropped).toEqual([7]);
  });

  it('does not close a running erasure without a word, by button or Escape', async () => {
    const backend = fakeShop();
    render(Root);
    await openConversation(/Annegret/);
    await user.click(await screen.findByRole('button', { name: 'Person löschen …' }));
    const dialog = await screen.findByRole('dialog');
    await user.click(await within(dialog).findByRole('button', { name: 'Endgültig löschen' }));
    await within(dialog).findByText('Daten heraussuchen');
    dialog.dispatchEvent(new Event('cancel', { cancelable: true }));
    const question = await screen.findByRole('dialog', { name: 'Ohne Bestätigung schließen?' });
    expect(within(question).getByText(/geht von selbst zu Ende/)).toBeVisible();
    expect(await problems()).toEqual([]);
    backend.finishErasure();
    expect(await within(question).findByText(/ist nicht gespeichert/)).toBeVisible();
    await user.click(within(question).getByRole('button', { name: 'Zurück zur Bestätigung' }));
    expect(within(dialog).getByRole('button', { name: 'Als PDF speichern' })).toBeVisible();
    expect(backend.log.state.dropped).toEqual([]);
  });

  it('offers the two choices for a message whose fate is unknown', async () => {
    const backend = fakeShop((data) => {
      data.messages[2] = [
        message({ id: '1', conversationId: 2, direction: 'out', text: 'Ja', status: 'unclear' }),
      ];
    });
    render(Root);
    await openConversation(/Jörg/);
    await user.click(await screen.findByRole('button', { name: 'So lassen' }));
    expect(backend.calls).toContain('Inbox.ResolveUnclear');
  });

  it('takes a new access token where sending is paused', async () => {
    fakeShop((data) =>
      Object.assign(data.connection, { sending: 'paused', sendingCode: 'token_expired', queued: 2 }),
    );
    render(Root);
    expect(await screen.findByText('Senden angehalten')).toBeVisible();
    const field = await screen.findByLabelText('Neuer Zugangsschlüssel');
    expect(field).toHaveAttribute('type', 'password');
    await user.type(field, 'EAAG-new');
    await user.click(screen.getByRole('button', { name: 'Prüfen und speichern' }));
    await waitFor(() => expect(screen.queryByText('Senden angehalten')).not.toBeInTheDocument());
  });
});

describe('before the shop is open', () => {
  it('leads into the demo, which cannot be missed, and out again', async () => {
    fakeShop((data) => Object.assign(data.setup, { phase: 'first' }));
    render(Root);
    expect(await screen.findByRole('heading', { level: 1, name: 'Willkommen am Tresen' })).toBeVisible();
    expect(await problems()).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Spielgeschäft öffnen' }));
    const banner = await screen.findByRole('complementary', { name: 'Spielgeschäft' });
    await user.click(within(banner).getByRole('button', { name: 'Kundschaft spielen' }));
    await user.type(await screen.findByLabelText('Dem Geschäft schreiben'), 'Haben Sie Tulpen?{Enter}');
    await user.click(screen.getByRole('button', { name: /^Posteingang/ }));
    expect(await screen.findByRole('option', { name: /Haben Sie Tulpen/ })).toBeVisible();
    await user.click(within(banner).getByRole('button', { name: 'Demo verlassen' }));
    expect(await screen.findByRole('heading', { name: 'Willkommen am Tresen' })).toBeVisible();
  });

  it('marks missing and refused fields, and never shows a secret', async () => {
    const backend = fakeShop((data) => Object.assign(data.setup, { phase: 'first' }));
    render(Root);
    await user.click(await screen.findByRole('button', { name: 'Von Hand anschließen' }));
    await user.click(screen.getByRole('button', { name: 'Prüfen und anschließen' }));
    expect(screen.getAllByText('Diese Angabe fehlt.')).toHaveLength(5);
    expect(backend.calls).not.toContain('Setup.Connect');
    for (const field of screen.getAllByRole('textbox')) await user.type(field, '1');
    const secrets = [...document.querySelectorAll<HTMLInputElement>('input[type=password]')];
    expect(secrets).toHaveLength(3);
    for (const field of secrets) await user.type(field, 'geheim');
    backend.failing.set('Setup.Connect', { code: 'invalid', field: 'token' });
    await user.click(screen.getByRole('button', { name: 'Prüfen und anschließen' }));
    await waitFor(() => expect(screen.getByLabelText('Zugangsschlüssel (Access token)')).toBeInvalid());
    expect(document.body.textContent).not.toContain('geheim');
    expect(await problems()).toEqual([]);
  });

  it('asks for the passphrase and says when it is wrong', async () => {
    const backend = fakeShop((data) => Object.assign(data.setup, { phase: 'locked', keychain: false }));
    backend.failing.set('Setup.Unlock', { code: 'wrong_passphrase' });
    render(Root);
    await user.type(await screen.findByLabelText('Passphrase'), 'falsch{Enter}');
    expect(await screen.findByText('Diese Passphrase passt nicht.')).toBeVisible();
    expect(screen.getByLabelText('Passphrase')).toHaveValue('');
  });

  it('says what is wrong with the data folder, and tries again', async () => {
    const backend = fakeShop((data) =>
      Object.assign(data.setup, { phase: 'problem', code: 'storage_newer' }),
    );
    render(Root);
    expect(await screen.findByText(/neueren Fassung von Tresen/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Noch einmal versuchen' }));
    expect(backend.calls).toContain('Setup.Reopen');
    expect(await screen.findByRole('listbox')).toBeVisible();
  });
});
