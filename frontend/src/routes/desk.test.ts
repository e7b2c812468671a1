import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeShop as fakeShopOf } from '../../test/fake';
import type { FakeBackend } from '../../test/fakeBackend';
import Root from './Root.svelte';

const user = userEvent.setup();

beforeEach(() => {
  vi.spyOn(document, 'hasFocus').mockReturnValue(true);
  Object.defineProperty(window, 'innerWidth', { value: 8000, configurable: true });
});

/** A shop with a lock, and who is signed in. */
function staffedShop(personId: number): FakeBackend {
  const backend = fakeShopOf(undefined, 10);
  const { state } = backend.counter;
  backend.work.state.colleagues = [
    { id: 1, name: 'Frau Blum' },
    { id: 2, name: 'Jana' },
  ];
  state.roles = { 1: 'owner', 2: 'staff' };
  state.pins = { 1: '4711', 2: '0815' };
  Object.assign(state, { on: true, personId, role: state.roles[personId] ?? '' });
  return backend;
}

describe('the lock', () => {
  it('takes everything out of the page, keeps the draft, and goes on where it was', async () => {
    const backend = staffedShop(2);
    render(Root);
    await user.click(await screen.findByRole('option', { name: /Annegret/ }));
    await user.type(await screen.findByRole('textbox', { name: 'Antwort schreiben' }), 'noch halb');
    await user.keyboard('{F9}');
    expect(await screen.findByRole('heading', { name: 'Gesperrt' })).toBeVisible();
    expect(backend.data.conversations[0]?.draft).toBe('noch halb');
    expect(backend.calls.lastIndexOf('Inbox.SaveDraft')).toBeLessThan(backend.calls.indexOf('Counter.Lock'));
    expect(document.body.textContent).not.toContain('Annegret');
    expect(document.body.innerHTML).not.toContain('noch halb');
    const pin = screen.getByLabelText('PIN');
    expect(pin).toHaveFocus();
    await user.type(pin, '9999{Enter}');
    expect(await screen.findByText('Diese PIN stimmt nicht.')).toBeVisible();
    expect(pin).toHaveValue('');
    await user.type(pin, '0815{Enter}');
    expect(await screen.findByRole('textbox', { name: 'Antwort schreiben' })).toHaveValue('noch halb');
  });

  it('shows somebody else the inbox, not the conversation that was open', async () => {
    staffedShop(2);
    render(Root);
    await user.click(await screen.findByRole('option', { name: /Annegret/ }));
    await screen.findByRole('textbox', { name: 'Antwort schreiben' });
    await user.keyboard('{F9}');
    await user.click(await screen.findByRole('button', { name: 'Jemand anders' }));
    await user.click(screen.getByRole('button', { name: /Frau Blum/ }));
    await user.type(screen.getByLabelText('PIN'), '4711{Enter}');
    await screen.findByRole('listbox');
    expect(screen.queryByRole('textbox', { name: 'Antwort schreiben' })).toBeNull();
  });

  it('waits after wrong tries', async () => {
    const backend = staffedShop(2);
    Object.assign(backend.counter.state, { locked: true, waitMs: 15_000 });
    render(Root);
    await user.type(await screen.findByLabelText('PIN'), '1{Enter}');
    expect(await screen.findByText(/Der nächste Versuch geht in 15 Sekunden\./)).toBeVisible();
    await user.type(screen.getByLabelText('PIN'), '0815');
    expect(screen.getByRole('button', { name: 'Entsperren' })).toBeDisabled();
  });

  it('gives an owner a way back', async () => {
    const backend = staffedShop(1);
    backend.counter.state.locked = true;
    render(Root);
    await user.click(await screen.findByRole('button', { name: 'PIN vergessen' }));
    await user.type(screen.getByLabelText('Wiederherstellungscode'), 'ABCD-EFGH-JKLM-NPQR-STUV');
    await user.type(screen.getByLabelText('Neue PIN'), '2468');
    await user.type(screen.getByLabelText('PIN noch einmal'), '2468{Enter}');
    await screen.findByRole('listbox');
    expect(backend.counter.state.pins[1]).toBe('2468');
  });

  it('is set up in the settings, and shows the recovery code once', async () => {
    const backend = fakeShopOf(undefined, 10);
    render(Root);
    await user.click(await screen.findByRole('button', { name: 'Einstellungen' }));
    await user.click(screen.getByRole('button', { name: 'Schutz' }));
    await user.click(screen.getByRole('button', { name: 'Sperre einrichten' }));
    await user.type(screen.getByLabelText('Ihr Name'), 'Frau Blum');
    await user.type(screen.getByLabelText('PIN'), '4711');
    await user.type(screen.getByLabelText('PIN noch einmal'), '4712');
    await user.click(screen.getByRole('button', { name: 'Sperre einrichten' }));
    expect(screen.getByText('Die beiden Eingaben sind verschieden.')).toBeVisible();
    expect(backend.counter.state.on).toBe(false);
    await user.type(screen.getByLabelText('PIN noch einmal'), '{Backspace}1');
    await user.click(screen.getByRole('button', { name: 'Sperre einrichten' }));
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getByText('ABCD-EFGH-JKLM-NPQR-STUV')).toBeInTheDocument();
    await user.click(within(dialog).getByText('Ich habe ihn aufgeschrieben'));
    await waitFor(() => expect(screen.queryByText('ABCD-EFGH-JKLM-NPQR-STUV')).toBeNull());
  });
});
