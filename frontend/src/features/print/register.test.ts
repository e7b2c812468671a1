import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeShop, started } from '../../../test/fake';
import { I18n } from '~/lib/i18n/i18n.svelte';
import type { PrintForm } from '~/lib/api';
import { CodeTrial } from './codetest.svelte';
import { Register } from './register.svelte';
import { ShortLinks, placesOf } from './shortlinks.svelte';
import { kindName, numbered, placeName } from './words';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

async function hung() {
  const backend = fakeShop();
  backend.codes.hang();
  const register = started(new Register());
  await vi.runAllTimersAsync();
  return { backend, register };
}

describe('the register', () => {
  it('tells what hangs from what was taken down, and follows what is counted', async () => {
    const { backend, register } = await hung();
    expect([register.hanging.length, register.retired.length]).toEqual([4, 1]);
    const [first] = backend.codes.state.register;
    if (first) first.messages = 32;
    backend.emit('codes:changed');
    backend.emit('codes:changed');
    await vi.runAllTimersAsync();
    expect(register.hanging[0]?.messages).toBe(32);
    expect(backend.calls.filter((call) => call === 'Codes.ListRegister')).toHaveLength(2);
  });

  it('takes down, hangs again, and deletes only what was asked about', async () => {
    const { register } = await hung();
    const row = register.hanging[0];
    if (!row) throw new Error('nothing hangs');
    await register.retire(row, true);
    expect(register.retired.map(({ id }) => id)).toContain(row.id);
    await register.retire(row, false);
    expect(register.hanging.map(({ id }) => id)).toContain(row.id);
    await register.remove();
    expect(register.rows).toHaveLength(5);
    register.doomed = row;
    await register.remove();
    expect([register.rows?.length, register.doomed]).toEqual([4, null]);
  });

  it('gives back the form of an entry, or says why not', async () => {
    const { backend, register } = await hung();
    const row = register.hanging[0];
    if (!row) throw new Error('nothing hangs');
    expect((await register.reprint(row))?.place).toBe('Schaufenster');
    backend.failing.set('Codes.Reprint', { code: 'storage_damaged' });
    expect(await register.reprint(row)).toBeNull();
    expect(register.error?.code).toBe('storage_damaged');
  });

  it('names entries as people do', async () => {
    const { register } = await hung();
    const i18n = new I18n();
    expect(register.rows?.map((row) => placeName(row, i18n))).toEqual([
      'Schaufenster',
      'Tisch 1 bis Tisch 40 (40 Orte)',
      'Theke',
      'Ohne Ortsname',
      'Tür',
    ]);
    expect(register.rows?.map((row) => kindName(row, i18n))).toEqual([
      'Plakat, A4',
      'Thekenaufsteller, A6',
      'Tischaufsteller, A5',
      'QR-Code allein',
      'Aufkleber, L7160',
    ]);
    expect(numbered('Tisch', 3)).toBe('Tisch 1\nTisch 2\nTisch 3');
  });
});

describe('editable links', () => {
  async function fetched() {
    const backend = fakeShop();
    backend.codes.hang();
    const links = started(new ShortLinks());
    await links.load();
    return { backend, links };
  }

  it('are asked for only when somebody looks', async () => {
    const backend = fakeShop();
    started(new ShortLinks());
    backend.emit('codes:changed');
    await vi.runAllTimersAsync();
    expect(backend.calls).not.toContain('Links.ListShort');
  });

  it('are made with their place, changed, and deleted', async () => {
    const { links } = await fetched();
    links.edit(null, 'Guten Tag');
    links.place = 'Theke';
    const made = await links.save();
    expect([made?.text, links.editing, links.list?.length]).toEqual(['Guten Tag (Theke)', null, 1]);
    links.edit(made);
    links.text = 'Hallo (Theke)';
    await links.save();
    expect(links.list?.[0]?.text).toBe('Hallo (Theke)');
    links.doomed = links.list?.[0] ?? null;
    await links.remove();
    expect([links.list?.length, links.doomed]).toEqual([0, null]);
  });

  it('keep what was typed if it cannot be saved', async () => {
    const { backend, links } = await fetched();
    links.edit(null, 'x');
    backend.failing.set('Links.SaveShort', { code: 'invalid', field: 'text' });
    expect(await links.save()).toBeNull();
    expect([links.saveError?.field, links.editing, links.text]).toEqual(['text', 'new', 'x']);
  });

  it('ask again if something was hung up meanwhile', async () => {
    const { backend, links } = await fetched();
    links.edit(null, 'Guten Tag');
    await links.save();
    links.doomed = links.list?.[0] ?? null;
    const [link] = backend.codes.state.links;
    if (link) link.hanging = backend.codes.state.register.slice(0, 2);
    backend.failing.set('Links.DeleteShort', { code: 'conflict', field: 'code' });
    await links.remove();
    expect(placesOf(links.doomed?.hanging ?? [])).toHaveLength(41);
    backend.failing.clear();
    await links.remove();
    expect([links.doomed, links.list?.length]).toEqual([null, 0]);
  });
});

describe('trying a code out', () => {
  const form = { text: 'Guten Tag' } as PrintForm;

  it('waits for the message and tells when it came', async () => {
    const backend = fakeShop();
    const trial = started(new CodeTrial({ form }));
    await vi.runAllTimersAsync();
    expect([trial.test?.text, trial.passed]).toEqual(['Guten Tag', null]);
    backend.emit('codes:changed'); // something else was counted
    await vi.runAllTimersAsync();
    expect(trial.passed).toBeNull();
    backend.codes.pass();
    await vi.runAllTimersAsync();
    expect(trial.passed).toBeInstanceOf(Date);
  });

  it('lets a customer of the play shop scan', async () => {
    fakeShop();
    const trial = started(new CodeTrial({ form }));
    await trial.loadPeople();
    await vi.runAllTimersAsync();
    await trial.scan(trial.people[0]?.id ?? '');
    await vi.runAllTimersAsync();
    expect(trial.passed).toBeInstanceOf(Date);
  });

  it('ends with its dialog, and says why it could not begin', async () => {
    const backend = fakeShop();
    backend.failing.set('Codes.BeginTest', { code: 'invalid', field: 'text' });
    const trial = new CodeTrial({ form });
    const end = trial.start();
    await vi.runAllTimersAsync();
    expect(trial.error?.field).toBe('text');
    end();
    expect(backend.calls).toContain('Codes.EndTest');
  });
});
