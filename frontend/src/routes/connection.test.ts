import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import { line } from '../../test/connectFake';
import { fakeShop as fakeShopOf } from '../../test/fake';
import Root from './Root.svelte';

const user = userEvent.setup();
const fakeShop = (change?: Parameters<typeof fakeShopOf>[0]) => fakeShopOf(change, 3);

/** What axe finds wrong. Contrast needs a real browser: the contact sheet checks it. */
async function problems(): Promise<string[]> {
  const result = await axe.run(document, { rules: { 'color-contrast': { enabled: false } } });
  return result.violations.map((violation) => `${violation.id}: ${String(violation.nodes[0]?.html)}`);
}

describe('the page about the connection', () => {
  it('is behind the foot of the rail, checks, and removes a computer after asking', async () => {
    document.title = 'Tresen';
    const backend = fakeShop();
    render(Root);
    await user.click(await screen.findByRole('button', { name: /^Verbunden/ }));
    expect(await screen.findByText('Sie müssen nichts tun.')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Jetzt prüfen' }));
    await waitFor(() => expect(backend.calls).toContain('Health.Check'));
    expect(await problems()).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Rechner T3H9W8RB entfernen' }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(backend.calls).not.toContain('Relay.RemoveDevice');
    await user.click(dialog.getByRole('button', { name: 'Entfernen' }));
    await waitFor(() => expect(screen.queryByText(/T3H9W8RB/)).toBeNull());
  });

  it('is where the banner leads that speaks up by itself', async () => {
    const backend = fakeShop();
    backend.connect.health.alerts = [line('health.callback', 'failed')];
    render(Root);
    expect(await screen.findByText(/andere Adresse als Ihren Briefkasten/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Ansehen' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Verbindung' })).toBeVisible();
  });
});

describe('the guided setup', () => {
  it('marks what is wrong with a code and names no secret that is kept', async () => {
    const backend = fakeShop((data) => Object.assign(data.setup, { phase: 'first' }));
    backend.guideAt('relay');
    render(Root);
    await user.click(await screen.findByRole('button', { name: 'Einrichtung fortsetzen' }));
    await user.type(await screen.findByLabelText('Adresse des Briefkastens'), 'relay.example.de');
    await user.type(screen.getByLabelText('Code'), 'AAAAA-BBBBB-CCCCC');
    backend.failing.set('Relay.Pair', { code: 'not_found', field: 'code' });
    await user.click(screen.getByRole('button', { name: 'Koppeln' }));
    await waitFor(() => expect(screen.getByLabelText('Code')).toBeInvalid());
    expect(await problems()).toEqual([]);
    const again = screen.getAllByRole('button', { name: 'Noch einmal' })[0];
    if (!again) throw new Error('no step can be done again');
    await user.click(again);
    expect(await screen.findByLabelText('Zugangsschlüssel (Access token)')).toHaveValue('');
    expect(screen.getByText(/wird nie angezeigt/)).toBeVisible();
  });

  it('lets nobody connect a number the phone app uses without having read what that means', async () => {
    const backend = fakeShop((data) => Object.assign(data.setup, { phase: 'first' }));
    backend.guideAt('number');
    render(Root);
    await user.click(await screen.findByRole('button', { name: 'Einrichtung fortsetzen' }));
    await user.click(await screen.findByRole('radio', { name: /171 3920077/ }));
    const take = screen.getByRole('button', { name: 'Diese Nummer nehmen' });
    expect(take).toBeDisabled();
    await user.click(screen.getByRole('checkbox'));
    expect(take).toBeEnabled();
    await user.click(take);
    expect(await screen.findByRole('heading', { level: 2, name: 'Geheimnis der App' })).toBeVisible();
  });
});
