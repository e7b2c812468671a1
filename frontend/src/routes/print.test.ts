import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { fakeShop as fakeShopOf } from '../../test/fake';
import Root from './Root.svelte';

const user = userEvent.setup();
const fakeShop = (change?: Parameters<typeof fakeShopOf>[0]) => fakeShopOf(change, 3);

async function openPrint() {
  render(Root);
  await user.click(await screen.findByRole('button', { name: 'Aushang & QR' }));
}

/** What axe finds wrong. Contrast needs a real browser: the contact sheet checks it. */
async function problems(): Promise<string[]> {
  const result = await axe.run(document, { rules: { 'color-contrast': { enabled: false } } });
  return result.violations.map((violation) => `${violation.id}: ${String(violation.nodes[0]?.html)}`);
}

beforeEach(() => {
  document.title = 'Tresen';
});

describe('the printing area', () => {
  it('shows the page, takes a marker and saves a PDF', async () => {
    const backend = fakeShop();
    await openPrint();
    expect(await screen.findByRole('img', { name: /^Plakat, so wie gedruckt wird/ })).toBeVisible();
    expect(screen.getByText('Gut lesbar.')).toBeVisible();
    expect(await problems()).toEqual([]);
    await user.type(screen.getByLabelText('Wo es hängt'), 'Tür');
    await waitFor(() => expect(backend.data.print.desk.form.place).toBe('Tür'));
    await user.click(screen.getByRole('button', { name: 'Als PDF speichern' }));
    expect(await screen.findByText(/^Gespeichert\./)).toBeVisible();
  });

  it('says why an unreadable code cannot be saved', async () => {
    fakeShop((data) => {
      Object.assign(data.print.preview, { light: 'red', exportable: false, failed: ['none'] });
    });
    await openPrint();
    expect(await screen.findByText(/besteht die Probe nicht/)).toBeVisible();
    expect(screen.getByText('Er wurde nicht gelesen.')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Als PDF speichern' })).toBeDisabled();
  });

  it('lists what is missing, and marks a field that is wrong', async () => {
    const backend = fakeShop((data) => {
      data.print.desk.form.address = '';
    });
    await openPrint();
    expect(await screen.findByText('die Anschrift')).toBeVisible();
    backend.failing.set('Print.Preview', { code: 'invalid', field: 'number' });
    await user.type(screen.getByLabelText('Anschrift'), 'Musterweg 7');
    await waitFor(() => expect(screen.getByLabelText('WhatsApp-Nummer')).toBeInvalid());
    expect(await problems()).toEqual([]);
  });

  it('chooses a kind and a design by keyboard', async () => {
    const backend = fakeShop();
    await openPrint();
    await user.selectOptions(await screen.findByLabelText('Art'), 'Aufkleber');
    expect(screen.getByLabelText('Etikettenbogen')).toHaveDisplayValue(/Avery L7160: 21 Stück/);
    expect(screen.queryByRole('button', { name: 'Für die Druckerei (PDF)' })).not.toBeInTheDocument();
    const designs = screen.getByRole('group', { name: 'Gestaltung' });
    within(designs).getByRole('radio', { name: 'Tresen' }).focus();
    await user.keyboard('{ArrowRight}');
    await waitFor(() => expect(backend.data.print.desk.form.design).toBe('window'));
  });
});
