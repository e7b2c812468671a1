import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeShop, started } from '../../../test/fake';
import { I18n } from '~/lib/i18n/i18n.svelte';
import { PrintDeskState } from './print.svelte';
import { centimetres, paperName } from './words';

const previews = (calls: string[]) => calls.filter((call) => call === 'Print.Preview').length;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

async function opened(change?: Parameters<typeof fakeShop>[0]) {
  const backend = fakeShop(change);
  const desk = started(new PrintDeskState());
  await vi.runAllTimersAsync();
  return { backend, desk };
}

describe('PrintDeskState', () => {
  it('shows the stored form and its page, and saves nothing unchanged', async () => {
    const { backend, desk } = await opened();
    expect(desk.form.name).toBe('Blumen Anders');
    expect(desk.preview?.picture).toMatch(/^data:image\/png;base64,/);
    expect([desk.drawing, desk.outdated]).toEqual([false, false]);
    expect(backend.calls).not.toContain('Print.SaveForm');
  });

  it('draws and keeps once after a burst of typing', async () => {
    const { backend, desk } = await opened();
    backend.calls.length = 0;
    for (const text of ['H', 'Ha', 'Hallo']) {
      desk.form.text = text;
      desk.changed();
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(desk.outdated).toBe(true);
    expect(previews(backend.calls)).toBe(0);
    await vi.runAllTimersAsync();
    expect(previews(backend.calls)).toBe(1);
    expect(desk.preview?.text).toBe('Hallo');
    expect(backend.data.print.desk.form.text).toBe('Hallo');
    expect(desk.outdated).toBe(false);
  });

  it('drops a preview that was overtaken, and never draws two at a time', async () => {
    const { backend, desk } = await opened();
    const answers: (() => void)[] = [];
    const slow = (form: { text: string }) =>
      new Promise((resolve) =>
        answers.push(() => resolve({ ...backend.data.print.preview, text: form.text })),
      );
    Object.assign((window as unknown as { go: { app: { Print: object } } }).go.app.Print, { Preview: slow });
    desk.form.text = 'old';
    desk.changed();
    await vi.runAllTimersAsync();
    expect(desk.drawing).toBe(true);
    desk.form.text = 'new';
    desk.changed();
    await vi.runAllTimersAsync();
    expect(answers).toHaveLength(1);
    answers[0]?.();
    await vi.runAllTimersAsync();
    expect(desk.preview?.text).not.toBe('old');
    expect(answers).toHaveLength(2);
    answers[1]?.();
    await vi.runAllTimersAsync();
    expect([desk.preview?.text, desk.drawing]).toEqual(['new', false]);
  });

  it('can be cancelled, which leaves what is shown marked as old', async () => {
    const { backend, desk } = await opened();
    backend.pending.add('Print.Preview');
    desk.form.design = 'sign';
    desk.changed();
    await vi.advanceTimersByTimeAsync(400);
    expect(desk.drawing).toBe(true);
    desk.cancel();
    expect([desk.drawing, desk.outdated]).toEqual([false, true]);
  });

  it('says what is missing instead of asking for a page', async () => {
    const { backend, desk } = await opened((data) => {
      Object.assign(data.print.desk.form, { address: ' ', privacy: '', phone: '', mail: '' });
    });
    expect(desk.missing).toEqual(['address', 'contact', 'privacy']);
    expect(previews(backend.calls)).toBe(0);
    expect(desk.preview).toBeNull();
    Object.assign(desk.form, { address: 'Weg 1', privacy: 'a.example', mail: 'a@a.example' });
    desk.changed();
    await vi.runAllTimersAsync();
    expect(desk.missing).toEqual([]);
    expect(desk.preview).not.toBeNull();
  });

  it('lets the proposed text follow the language until it was changed by hand', async () => {
    const { desk } = await opened();
    desk.form.language = 'en';
    desk.changed();
    await vi.runAllTimersAsync();
    expect(desk.form.text).toBe('en: Blumen Anders');
    desk.form.text = 'Moin';
    desk.form.language = 'de';
    desk.changed();
    await vi.runAllTimersAsync();
    expect(desk.form.text).toBe('Moin');
  });

  it('chooses the usual paper of a kind', async () => {
    const { desk } = await opened();
    desk.chooseKind('business-card');
    expect([desk.form.paper, desk.form.together]).toEqual(['85x55', true]);
    desk.chooseKind('stickers');
    expect([desk.form.paper, desk.form.together, desk.layout?.labels]).toEqual(['L7160', false, 21]);
  });

  it('names the field a page fails for, and recovers', async () => {
    const { backend, desk } = await opened();
    backend.failing.set('Print.Preview', { code: 'invalid', field: 'number' });
    desk.form.number = 'abc';
    desk.changed();
    await vi.runAllTimersAsync();
    expect([desk.error?.field, desk.preview]).toEqual(['number', null]);
    backend.failing.clear();
    await desk.settle();
    expect(desk.error).toBeNull();
  });

  it('tells a refused file from a saved one', async () => {
    const { backend, desk } = await opened();
    backend.failing.set('Print.Export', { code: 'invalid', field: 'code' });
    await desk.export('office', 'Plakat');
    expect([desk.fileError?.field, desk.saved, desk.exporting]).toEqual(['code', null, null]);
    backend.failing.clear();
    await desk.export('png', 'QR-Code');
    expect([desk.fileError, desk.saved]).toEqual([null, 'png']);
  });

  it('keeps what was typed last when it is left, and says if that failed', async () => {
    const backend = fakeShop();
    const desk = new PrintDeskState();
    const leave = desk.start();
    await vi.runAllTimersAsync();
    backend.failing.set('Print.SaveForm', { code: 'storage_full' });
    desk.form.place = 'Tür';
    desk.changed();
    await vi.runAllTimersAsync();
    expect(desk.keepError?.code).toBe('storage_full');
    backend.failing.clear();
    leave();
    await vi.runAllTimersAsync();
    expect(backend.data.print.desk.form.place).toBe('Tür');
  });

  it('draws the code alone while that is what is looked at', async () => {
    const { backend, desk } = await opened((data) => {
      Object.assign(data.print.desk.form, { address: '' });
    });
    expect(desk.missing).toEqual(['address']);
    desk.show('code');
    await vi.runAllTimersAsync();
    expect([desk.missing, desk.preview?.picture.slice(0, 19)]).toEqual([[], 'data:image/svg+xml;']);
    desk.show('page');
    await vi.runAllTimersAsync();
    expect([desk.preview, previews(backend.calls)]).toEqual([null, 0]);
  });

  it('opens pages for printing and records only what came out', async () => {
    const { backend, desk } = await opened();
    desk.form.place = 'Tür';
    await desk.toPaper('office', 'Plakat');
    expect([backend.calls.at(-1), desk.saved]).toEqual(['Print.Open', 'paper']);
    expect(backend.codes.state.register).toHaveLength(0);
    await desk.record();
    expect([backend.codes.state.register[0]?.places, desk.saved]).toEqual([['Tür'], null]);
    await desk.toPaper('calibration', 'Messblatt');
    expect(desk.saved).toBeNull();
    backend.failing.set('Print.Open', { code: 'not_found', field: 'program' });
    await desk.toPaper('office', 'Plakat');
    expect(desk.fileError?.field).toBe('program');
  });

  it('takes over the form of what is printed again', async () => {
    const { backend, desk } = await opened();
    backend.calls.length = 0;
    await desk.adopt({ ...desk.form, design: 'sign', place: 'Theke' });
    expect([desk.form.design, desk.form.place, previews(backend.calls)]).toEqual(['sign', 'Theke', 1]);
  });

  it('reports a desk that cannot be opened, and opens it later', async () => {
    const { backend, desk } = await opened();
    backend.failing.set('Print.GetDesk', { code: 'storage_damaged' });
    await desk.load();
    expect(desk.loadError?.code).toBe('storage_damaged');
    backend.failing.clear();
    await desk.load();
    expect(desk.loadError).toBeNull();
  });
});

describe('words of the printing area', () => {
  it('name papers as people do', () => {
    const i18n = new I18n();
    const size = {
      kind: 'poster',
      widthMm: 63.5,
      heightMm: 38.1,
      distanceMm: 0,
      maker: '',
      labels: 0,
    } as const;
    expect(paperName({ ...size, paper: 'A4', together: false }, i18n)).toBe('A4 (63,5 × 38,1 mm)');
    expect(paperName({ ...size, paper: '85x55', together: false }, i18n)).toBe('63,5 × 38,1 mm');
    expect(paperName({ ...size, paper: 'L7160', maker: 'Avery', labels: 21, together: false }, i18n)).toBe(
      'Avery L7160: 21 Stück, 63,5 × 38,1 mm',
    );
  });

  it('round to what a person can see', () => {
    expect([centimetres(456.1), centimetres(89.4), centimetres(1200)]).toEqual([46, 8.9, 120]);
  });
});
