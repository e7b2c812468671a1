import { Restore } from './restore.svelte';
import { describe, expect, it } from 'vitest';
import { fakeShop, started } from '../../../test/fake';
import { ConnectForm } from './connectForm.svelte';
import { Setup } from './setup.svelte';

function filled(keychain: boolean) {
  const form = new ConnectForm(keychain);
  for (const name of ['phoneNumberId', 'wabaId', 'token', 'appSecret', 'verifyToken'] as const)
    form[name] = ' 12 ';
  return form;
}

describe('ConnectForm', () => {
  it('asks for everything the provider needs', () => {
    const form = new ConnectForm(true);
    expect([...form.missing].sort()).toEqual([
      'appSecret',
      'phoneNumberId',
      'token',
      'verifyToken',
      'wabaId',
    ]);
    expect(filled(true).complete).toBe(true);
  });

  it('asks for an address only where it is one’s own', () => {
    const form = filled(true);
    form.baseUrl = 'http://127.0.0.1:8090';
    expect(form.request()).toMatchObject({ baseUrl: '', phoneNumberId: '12', passphrase: '' });
    form.provider = 'custom';
    expect(form.request().baseUrl).toBe('http://127.0.0.1:8090');
    form.baseUrl = ' ';
    expect(form.complete).toBe(false);
  });

  it('asks for a passphrase, twice and long enough, only without a keychain', () => {
    const form = filled(false);
    expect(form.complete).toBe(false);
    form.passphrase = 'äöüßäöüßäö';
    expect(form).toMatchObject({ passphraseTooShort: false, passphraseDiffers: true });
    form.passphraseAgain = form.passphrase;
    expect(form.complete).toBe(true);
    expect(form.request().passphrase).toBe('äöüßäöüßäö');
    form.forgetSecrets();
    expect(form.request()).toMatchObject({ token: '', appSecret: '', verifyToken: '', passphrase: '' });
  });
});

describe('Setup', () => {
  it('keeps the result of connecting until it has been read', async () => {
    fakeShop((data) => Object.assign(data.setup, { phase: 'first' }));
    const setup = started(new Setup());
    expect(await setup.connect(filled(true).request())).toBe(true);
    expect(setup.state?.phase).toBe('open');
    expect(setup.connected?.webhookUrl).toBe('http://127.0.0.1:8091/webhook');
    setup.finish();
    expect(setup.connected).toBeNull();
  });

  it('carries the field an error is about and is ready for another try', async () => {
    const backend = fakeShop((data) => Object.assign(data.setup, { phase: 'first' }));
    backend.failing.set('Setup.Connect', { code: 'invalid', field: 'token' });
    const setup = started(new Setup());
    expect(await setup.connect(filled(true).request())).toBe(false);
    expect(setup.error).toMatchObject({ code: 'invalid', field: 'token' });
    expect(setup.busy).toBe('');
  });
});

describe('bringing a backup back', () => {
  it('says what came back, and stays with a wrong passphrase', async () => {
    fakeShop();
    const restore = new Restore('backup');
    restore.passphrase = 'falsch';
    await restore.run();
    expect(restore.error?.field).toBe('passphrase');
    restore.passphrase = 'vier Wörter am Telefon';
    await restore.run();
    expect(restore.result).toMatchObject({ customers: 59, erased: 1 });
  });

  it('follows how far it is, and asks to stop', async () => {
    const backend = fakeShop();
    const restore = new Restore('backup');
    started(restore.progress);
    backend.emit('task:progress', { token: 'export', done: 1, total: 2 });
    backend.emit('task:progress', { token: 'backup', done: 5, total: 10 });
    expect([restore.progress.done, restore.progress.total]).toEqual([5, 10]);
    await restore.stop();
    expect(backend.calls).toContain('Backups.Stop');
  });

  it('brings an export back, or says why not', async () => {
    const backend = fakeShop();
    const work = new Restore('export');
    backend.failing.set('Exports.Read', { code: 'invalid', field: 'passphrase' });
    await work.run();
    expect(work.error?.field).toBe('passphrase');
    backend.failing.clear();
    await work.run();
    expect(work.result?.erased).toBe(1);
  });
});
