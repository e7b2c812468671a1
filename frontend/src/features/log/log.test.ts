import { describe, expect, it, vi } from 'vitest';
import { fakeShop, started } from '../../../test/fake';
import { citeNorm } from '~/lib/format/norm';
import { LogBook } from './log.svelte';

describe('the log', () => {
  it('is shown in words, saved, and says where its chain is broken', async () => {
    const backend = fakeShop();
    const book = started(new LogBook(() => 'de'));
    await vi.waitFor(() => expect(book.rows).toHaveLength(3));
    expect(book.rows[0]?.title).toBe('Person gelöscht');
    await book.save('pdf');
    expect(book.saved).toBe(true);
    backend.log.state.brokenAt = 2;
    await book.load();
    expect(book.sheet?.brokenAt).toBe(2);
  });

  it('follows erasures that are not over and takes them up', async () => {
    const backend = fakeShop();
    const book = started(new LogBook(() => 'de'));
    await vi.waitFor(() => expect(book.sheet).not.toBeNull());
    backend.log.state.running = [
      {
        jobId: 4,
        case: 'LV-2026-0004',
        state: 'failed',
        step: 'files',
        failureCode: 'storage_locked',
        startedAtMs: 1,
        erased: true,
      },
    ];
    backend.emit('erasure:progress', { jobId: 4 });
    await vi.waitFor(() =>
      expect(book.running[0]).toMatchObject({ step: 'files', failure: 'storage_locked' }),
    );
    await book.retry();
    expect(backend.log.state.retried).toBe(1);
  });

  it('tests erasing and shows what was found', async () => {
    fakeShop();
    const book = new LogBook(() => 'de');
    await book.selfTest();
    expect(book.test).toMatchObject({ passed: true, sealed: 19, left: 0 });
  });
});

describe('norms', () => {
  it('are written as people of the language do', () => {
    expect(citeNorm('Art. 17(3)(e), 7(1) GDPR', 'de')).toBe('Art. 17 Abs. 3 lit. e, 7 Abs. 1 DSGVO');
    expect(citeNorm('Art. 31(2)(a) DSG', 'de')).toBe('Art. 31 Abs. 2 Bst. a DSG');
    expect(citeNorm('Art. 17(1) GDPR', 'en')).toBe('Art. 17(1) GDPR');
  });
});
