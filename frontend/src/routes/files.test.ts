import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeShop } from '../../test/fake';
import { file } from '../../test/mediaFake';
import { message } from '../../test/fakeBackend';
import Root from './Root.svelte';

const user = userEvent.setup();

/** A conversation with these files only: jsdom is slow with many. */
async function shopWith(
  ...files: (Partial<ReturnType<typeof file>> & { kind?: string; fileName?: string })[]
) {
  const backend = fakeShop((data) => {
    data.messages[8] = files.map(({ kind = 'document', fileName = '', ...part }, index) =>
      message({ id: String(index + 1), conversationId: 8, kind, fileName, file: file(part) }),
    );
  }, 10);
  render(Root);
  await user.click(await screen.findByRole('option', { name: /דוד/ }));
  return backend;
}

beforeEach(() => {
  document.title = 'Tresen';
  vi.spyOn(document, 'hasFocus').mockReturnValue(true);
  Object.defineProperty(window, 'innerWidth', { value: 8000, configurable: true });
});

describe('files in a conversation', () => {
  it('waits for a click where a file is large, and can be stopped', async () => {
    const expires = Date.UTC(2026, 10, 29, 12);
    const backend = await shopWith({
      state: 'held',
      bytes: 48_000_000,
      expiresAtMs: expires,
      fileName: 'Katalog.pdf',
    });
    expect(await screen.findByText(/Bei WhatsApp liegt sie bis 29\. Nov\. 2026/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Laden' }));
    await screen.findByRole('progressbar');
    backend.emit('media:progress', { messageId: '1', done: 12_000_000, total: 48_000_000 });
    expect(await screen.findByText(/12 MB von 48 MB/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Abbrechen' }));
    await screen.findByRole('button', { name: 'Laden' });
    backend.media.change('1', { state: 'stored', inline: false });
    await screen.findByRole('button', { name: 'Öffnen' });
  });

  it('says calmly what is not there', async () => {
    await shopWith(
      { state: 'expired' },
      { state: 'removed' },
      { state: 'lost' },
      { state: 'failed', failureCode: 'invalid' },
    );
    for (const words of [/nur 7 Tage/, /Hier nicht mehr gespeichert/, /größer als 100 MB/, /beschädigt/])
      expect(await screen.findByText(words)).toBeVisible();
    expect(screen.getAllByRole('button', { name: 'Noch einmal versuchen' })).toHaveLength(1);
  });

  it('opens no programs, and other risky files only after a warning', async () => {
    const backend = await shopWith(
      { inline: false, risk: 'program', fileName: 'Rechnung.exe' },
      { inline: false, risk: 'macro', fileName: 'Preise.xlsm' },
    );
    await screen.findByText(/Das ist ein Programm/);
    const open = screen.getAllByRole('button', { name: 'Öffnen' });
    expect(open).toHaveLength(1);
    await user.click(open[0] as HTMLElement);
    const dialog = await screen.findByRole('dialog', { name: 'Vorsicht mit dieser Datei' });
    expect(within(dialog).getByText('Preise.xlsm')).toBeVisible();
    await user.click(within(dialog).getByRole('button', { name: 'Abbrechen' }));
    expect(backend.media.state.opened).toEqual([]);
    await user.click(open[0] as HTMLElement);
    await user.click(await screen.findByRole('button', { name: 'Trotzdem öffnen' }));
    expect(backend.media.state.opened).toEqual(['2']);
  });

  it('shows pictures large, one after the other, by keyboard', async () => {
    const picture = { kind: 'image', thumb: true, width: 400, height: 300 };
    await shopWith(picture, picture, { kind: 'image', state: 'removed' });
    const first = (await screen.findAllByRole('button', { name: 'Bild groß ansehen' }))[0] as HTMLElement;
    await user.click(first);
    const viewer = await screen.findByRole('dialog');
    expect(within(viewer).getByText('1 von 2')).toBeVisible();
    await user.keyboard('{ArrowRight}{ArrowRight}');
    expect(within(viewer).getByText('2 von 2')).toBeVisible();
    expect(within(viewer).getByRole('img')).toHaveAttribute('src', '/media/2');
    expect(within(viewer).getByRole('button', { name: 'Kleiner' })).toBeDisabled();
    await user.keyboard('+');
    expect(within(viewer).getByRole('button', { name: 'Kleiner' })).toBeEnabled();
    await user.click(within(viewer).getByRole('button', { name: 'Schließen' }));
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(first).toHaveFocus();
  });

  it('does not keep a picture on the screen that is taken back', async () => {
    const backend = await shopWith({ kind: 'image', thumb: true, width: 400, height: 300 });
    await user.click(await screen.findByRole('button', { name: 'Bild groß ansehen' }));
    await screen.findByRole('dialog');
    backend.media.change('1', { state: 'removed', thumb: false });
    await screen.findByText('Hier nicht mehr gespeichert.');
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('has controls for sound that say what they do', async () => {
    await shopWith({ kind: 'audio', type: 'audio/ogg', voice: true, bytes: 9_000_000 });
    const player = await screen.findByRole('group', { name: 'Sprachnachricht' });
    expect(within(player).getByRole('button', { name: 'Abspielen' })).toBeVisible();
    const speed = within(player).getByRole('button', { name: 'Tempo: 1-fach' });
    await user.click(speed);
    await user.click(speed);
    expect(speed).toHaveAccessibleName('Tempo: 2-fach');
    expect(within(player).getByRole('slider', { name: 'Stelle' })).toHaveAttribute(
      'aria-valuetext',
      '0:00 von 0:00',
    );
    const result = await axe.run(document, { rules: { 'color-contrast': { enabled: false } } });
    expect(result.violations.map((violation) => violation.id)).toEqual([]);
  });
});

describe('how long files are kept', () => {
  it('is changed at once, but what removes files only by a click of its own', async () => {
    const backend = fakeShop();
    render(Root);
    await user.click(await screen.findByRole('button', { name: 'Einstellungen' }));
    await user.click(await screen.findByRole('button', { name: 'Dateien & Übersetzung' }));
    expect(await screen.findByText(/31 Dateien gespeichert, zusammen 48 MB/)).toBeVisible();
    await user.click(screen.getByRole('radio', { name: 'Nach Tagen löschen' }));
    const days = await screen.findByRole('textbox', { name: 'Anzahl der Tage' });
    await user.clear(days);
    await user.type(days, '0');
    expect(screen.getByText('Bitte eine Zahl von 1 bis 3650.')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Übernehmen' })).toBeDisabled();
    await user.clear(days);
    await user.type(days, '30{Enter}');
    expect(backend.media.state.keeping.days).toBe(30);
    await user.click(screen.getByRole('radio', { name: /^Nicht behalten/ }));
    expect(backend.media.state.keeping.days).toBe(30);
    await user.click(screen.getByRole('button', { name: 'Übernehmen' }));
    expect(backend.media.state.keeping.days).toBe(0);
    await user.click(screen.getByRole('radio', { name: /^Behalten/ }));
    expect(backend.media.state.keeping.days).toBe(-1);
  });
});
