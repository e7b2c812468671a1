import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { fakeShop as fakeShopOf } from '../../test/fake';
import Root from './Root.svelte';

const user = userEvent.setup();
const fakeShop = () => fakeShopOf(undefined, 3);

async function open() {
  render(Root);
  await user.click(await screen.findByRole('button', { name: 'Datenschutz' }));
  await screen.findByRole('heading', { level: 2, name: 'Offene Anfragen' });
}

/** What axe finds wrong. Contrast needs a real browser: the e2e tests check it. */
async function problems(): Promise<string[]> {
  const result = await axe.run(document, { rules: { 'color-contrast': { enabled: false } } });
  return result.violations.map((violation) => `${violation.id}: ${String(violation.nodes[0]?.html)}`);
}

function first(backend: ReturnType<typeof fakeShop>): string {
  return backend.data.customers[0]?.id ?? '';
}

beforeEach(() => {
  Object.defineProperty(window, 'innerWidth', { value: 8000, configurable: true });
});

describe('the rights desk', () => {
  it('says how requests come while there are none', async () => {
    fakeShop();
    await open();
    expect(screen.getByText(/Zurzeit wartet niemand/)).toBeVisible();
    expect(screen.getByText(/AUSKUNFT, MEINE DATEN/)).toBeVisible();
    expect(await problems()).toEqual([]);
  });

  it('leads from the check through work to the answer', async () => {
    const backend = fakeShop();
    backend.cases.add(first(backend), 'access', { reminds: true });
    await open();
    expect(screen.getByText(/Zu einer Anfrage ist seit/)).toBeVisible();
    const list = screen.getByRole('list', { name: 'Offene Anfragen' });
    await user.click(
      within(list).getByRole('button', { name: /Auskunft.*eingegangen.*DS-2026-0001.*Antwort bis/s }),
    );
    expect(await screen.findByRole('heading', { level: 2, name: 'Auskunft' })).toHaveFocus();
    await user.click(screen.getByRole('button', { name: 'Ich kenne die Person' }));
    const dialog = await screen.findByRole('dialog', { name: 'Die Person ist Ihnen bekannt' });
    await user.click(within(dialog).getByRole('button', { name: 'Als geprüft vermerken' }));
    expect(within(dialog).getByText('Bitte nennen Sie den Grund.')).toBeVisible();
    await user.type(within(dialog).getByLabelText('Grund'), 'Stand am Tresen');
    await user.click(within(dialog).getByRole('button', { name: 'Als geprüft vermerken' }));
    expect(await screen.findByText('Die Person ist geprüft')).toBeVisible();
    expect(screen.getByText('Stand am Tresen')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Kopie der Daten erstellen' }));
    const copy = await screen.findByRole('dialog');
    expect(within(copy).queryByLabelText('Ihre Nummer für die Anfrage')).toBeNull();
    await user.click(within(copy).getByRole('button', { name: 'Abbrechen' }));
    await user.click(screen.getByRole('button', { name: 'Ist beantwortet' }));
    await user.click(await screen.findByRole('button', { name: 'Anfrage schließen' }));
    expect(await screen.findByText('Diese Anfrage ist abgeschlossen.')).toBeVisible();
    expect(await problems()).toEqual([]);
  });

  it('refuses only with reasons, and then writes the letter', async () => {
    const backend = fakeShop();
    backend.cases.add(first(backend), 'erasure', { state: 'checked' });
    await open();
    await user.click(screen.getByRole('button', { name: /Löschung/ }));
    await user.click(await screen.findByRole('button', { name: 'Ablehnen …' }));
    const why = await screen.findByRole('dialog', { name: 'Anfrage ablehnen' });
    await user.type(within(why).getByLabelText('Grund'), 'Rechnung offen');
    await user.click(within(why).getByRole('button', { name: 'Ablehnen' }));
    const letter = await screen.findByRole('dialog', { name: 'Schreiben zur Anfrage' });
    expect(within(letter).getByLabelText('Ihre Worte im Schreiben')).toHaveValue('Rechnung offen');
    await user.clear(within(letter).getByLabelText('Ihre Worte im Schreiben'));
    expect(await within(letter).findByText('Dieses Schreiben braucht Ihre Gründe.')).toBeVisible();
    await user.type(within(letter).getByLabelText('Ihre Worte im Schreiben'), 'Die Rechnung ist offen.');
    expect(
      await within(letter).findByText(/Die Rechnung ist offen\./, { selector: 'section' }),
    ).toBeVisible();
    expect(within(letter).getByText(/Entwurf – bitte prüfen lassen/)).toBeVisible();
    await user.click(within(letter).getByRole('button', { name: 'Texte sind geprüft' }));
    await waitFor(() => expect(within(letter).queryByText(/Entwurf – bitte prüfen lassen/)).toBeNull());
    expect(await problems()).toEqual([]);
    await user.click(within(letter).getByRole('button', { name: 'Als PDF speichern' }));
    expect(await within(letter).findByText(/im Verlauf vermerkt/)).toBeVisible();
    expect(backend.cases.state.letters[0]).toMatchObject({
      letter: 'refusal',
      reasons: 'Die Rechnung ist offen.',
    });
  });

  it('leads from an erasure that cannot be done to the letter that says so', async () => {
    const backend = fakeShop();
    backend.log.state.openOrder = true;
    backend.cases.add(first(backend), 'erasure', { state: 'checked' });
    await open();
    await user.click(screen.getByRole('button', { name: /Löschung/ }));
    await user.click(await screen.findByRole('button', { name: 'Person löschen …' }));
    await user.click(await screen.findByRole('button', { name: 'Löschung ablehnen' }));
    expect(await screen.findByText(/Die Person hat noch keine Antwort/)).toBeVisible();
    expect(backend.log.state.refused[0]).toMatchObject({
      plan: { case: 'DS-2026-0001', trigger: 'art17' },
      language: 'de',
    });
    expect(await problems()).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Ablehnung schreiben' }));
    const letter = await screen.findByRole('dialog', { name: 'Schreiben zur Anfrage' });
    await user.type(within(letter).getByLabelText('Ihre Worte im Schreiben'), 'Die Bestellung ist offen.');
    await within(letter).findByText(/Die Bestellung ist offen\./, { selector: 'section' });
    await user.click(within(letter).getByRole('button', { name: 'Als PDF speichern' }));
    await within(letter).findByText(/im Verlauf vermerkt/);
    await user.click(within(letter).getAllByRole('button', { name: 'Schließen' })[0] ?? letter);
    expect(await screen.findByText(/Die Person hat ihre Antwort/)).toBeVisible();
  });

  it('ticks off who was told, and remembers when', async () => {
    const backend = fakeShop();
    backend.cases.add(first(backend), 'rectification', { state: 'work' });
    await open();
    await user.click(screen.getByRole('button', { name: /Berichtigung/ }));
    const box = await screen.findByRole('checkbox', { name: 'Steuerberatung: Steuerbüro Klar' });
    expect(box).not.toBeChecked();
    await user.click(box);
    await waitFor(() => expect(box).toBeChecked());
    expect(screen.getByText(/Benachrichtigt am/)).toBeVisible();
    expect(screen.getByText('Benachrichtigt: Steuerberatung')).toBeVisible();
    await user.click(box);
    await waitFor(() => expect(box).not.toBeChecked());
    expect(screen.getByText('Doch nicht benachrichtigt: Steuerberatung')).toBeVisible();
    expect(await problems()).toEqual([]);
  });

  it('shows restricted data only to whoever gives a reason, and lifts after the letter', async () => {
    const backend = fakeShop();
    backend.cases.add(first(backend), 'restriction', { state: 'work', restricted: true, name: '' });
    await open();
    expect(screen.getByText('Eingeschränkte Person')).toBeVisible();
    await user.click(screen.getByRole('button', { name: /Einschränkung/ }));
    expect(await screen.findByText(/Bevor Sie das aufheben/)).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Einschränkung aufheben' })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Alle Anfragen' }));
    await user.click(await screen.findByRole('button', { name: 'Ansehen …' }));
    const dialog = await screen.findByRole('dialog', { name: 'Eingeschränkte Daten ansehen' });
    await user.click(within(dialog).getByRole('radio', { name: 'für Rechtsansprüche' }));
    await user.click(within(dialog).getByRole('button', { name: 'Öffnen' }));
    expect(backend.cases.state.viewed).toEqual([]);
    expect(await problems()).toEqual([]);
    await user.type(within(dialog).getByLabelText('Grund'), 'Streit um die Rechnung');
    await user.click(within(dialog).getByRole('button', { name: 'Öffnen' }));
    await waitFor(() =>
      expect(backend.cases.state.viewed[0]).toMatchObject({
        purpose: 'claims',
        reason: 'Streit um die Rechnung',
      }),
    );
  });

  it('sends restricted people nothing but letters about their request', async () => {
    const backend = fakeShop();
    const [conversation] = backend.data.conversations;
    if (!conversation) throw new Error('no conversation');
    conversation.restricted = true;
    backend.cases.add(conversation.customerId, 'restriction', { state: 'work', restricted: true });
    render(Root);
    const [row] = await screen.findAllByRole('option');
    if (row) await user.click(row);
    expect(await screen.findByText(/dürfen nur gespeichert werden/)).toBeVisible();
    expect(screen.queryByRole('textbox', { name: /Nachricht/ })).toBeNull();
    const panel = screen.getByRole('complementary');
    expect(await within(panel).findByText('Notizen')).toBeVisible();
    for (const name of ['Blockieren', 'Notiz schreiben', 'Chat importieren', 'Einwilligung erfragen'])
      expect(within(panel).queryByRole('button', { name })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Anfrage öffnen' }));
    await user.click(await screen.findByRole('button', { name: 'Mitteilung schreiben' }));
    const letter = await screen.findByRole('dialog');
    within(letter).getByRole('textbox').focus();
    await user.paste('Der Streit ist beigelegt.');
    await within(letter).findByText(/Der Streit ist beigelegt/, { selector: 'section' });
    await user.click(within(letter).getByRole('button', { name: 'Im Chat senden' }));
    expect(await within(letter).findByText('Gesendet und im Verlauf vermerkt.')).toBeVisible();
    expect(backend.cases.state.letters[0]).toMatchObject({ letter: 'lifting' });
  });

  it('takes down what comes by phone', async () => {
    const backend = fakeShop();
    await open();
    await user.click(screen.getByRole('button', { name: 'Anfrage aufnehmen' }));
    const dialog = await screen.findByRole('dialog', { name: 'Anfrage aufnehmen' });
    await user.click(within(dialog).getByRole('button', { name: 'Aufnehmen' }));
    expect(within(dialog).getByText('Suchen Sie zuerst die Person.')).toBeVisible();
    await user.type(
      within(dialog).getByLabelText('Wer fragt?'),
      `${backend.data.customers[0]?.name ?? ''}{Enter}`,
    );
    await within(dialog).findByLabelText('Gefunden');
    await user.selectOptions(within(dialog).getByLabelText('Was verlangt die Person?'), 'rectification');
    await user.selectOptions(within(dialog).getByLabelText('Wie kam die Anfrage?'), 'phone');
    expect(await problems()).toEqual([]);
    await user.click(within(dialog).getByRole('button', { name: 'Aufnehmen' }));
    expect(await screen.findByRole('heading', { level: 2, name: 'Berichtigung' })).toBeVisible();
    expect(backend.cases.state.opened[0]).toMatchObject({ kind: 'rectification', origin: 'phone' });
  });

  it('says above the messages that a request of the person is open', async () => {
    const backend = fakeShop();
    const conversation = backend.data.conversations[0];
    backend.cases.add(conversation?.customerId ?? '', 'access');
    render(Root);
    const [row] = await screen.findAllByRole('option');
    if (row) await user.click(row);
    const banner = await screen.findByRole('note');
    expect(banner).toHaveTextContent(/Auskunft\s+eingegangen · Antwort bis/);
    await user.click(within(banner).getByRole('button', { name: 'Anfrage öffnen' }));
    expect(await screen.findByRole('heading', { level: 2, name: 'Auskunft' })).toBeVisible();
  });
});
