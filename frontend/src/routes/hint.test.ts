import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { fakeShop } from '../../test/fake';
import Root from './Root.svelte';

it('deletes a sensitive message at once, after asking, and says why one stays', async () => {
  Object.defineProperty(window, 'innerWidth', { value: 8000, configurable: true });
  const backend = fakeShop(undefined, 1);
  const id = backend.data.conversations[0]?.id ?? 0;
  const row = backend.data.messages[id]?.find((message) => message.kind === 'text');
  if (!row) throw new Error('no message');
  backend.data.messages[id] = [row];
  Object.assign(row, { direction: 'in', text: 'Ich habe eine Allergie', hints: ['health'] });
  render(Root);
  const user = userEvent.setup();
  const [first] = await screen.findAllByRole('option');
  if (first) await user.click(first);
  const hint = await screen.findByRole('note', { name: 'Hinweis: vertrauliche Angaben' });
  await user.click(within(hint).getByRole('button', { name: 'Jetzt löschen …' }));
  const dialog = await screen.findByRole('dialog', { name: 'Nachricht löschen?' });
  backend.failing.set('Retention.DeleteMessage', { code: 'conflict', field: 'hold' });
  await user.click(within(dialog).getByRole('button', { name: 'Endgültig löschen' }));
  expect(await within(dialog).findByText(/muss noch bleiben/)).toBeVisible();
  backend.failing.clear();
  await user.click(within(dialog).getByRole('button', { name: 'Endgültig löschen' }));
  await waitFor(() => expect(screen.queryByText('Ich habe eine Allergie')).toBeNull());
  expect(screen.queryByRole('dialog')).toBeNull();
});
