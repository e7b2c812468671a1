import { describe, expect, it } from 'vitest';
import { fakeShop, started } from '../../../test/fake';
import { WholeExport } from './wholeExport.svelte';

describe('exporting everything', () => {
  it('is encrypted unless somebody decides otherwise', async () => {
    const backend = fakeShop();
    const work = new WholeExport();
    started(work.progress);
    await work.save();
    expect(backend.exports.state.passphrases).toEqual([]);
    work.passphrase = 'vier Wörter am Telefon';
    work.repeated = 'vier Wörter am Telefo';
    expect(work.differs).toBe(true);
    work.repeated = work.passphrase;
    await work.save();
    expect(work.result?.messages).toBe(4210);
    expect(work.progress.total).toBe(31);
    work.encrypted = false;
    await work.save();
    expect(backend.exports.state.passphrases).toEqual(['vier Wörter am Telefon', '']);
  });

  it('says nothing if nobody chose a place', async () => {
    const backend = fakeShop();
    backend.exports.state.saved = false;
    const work = new WholeExport();
    work.encrypted = false;
    await work.save();
    expect(work.result).toBeNull();
    expect(work.error).toBeNull();
  });
});
