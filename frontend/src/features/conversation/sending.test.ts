import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeShop, started } from '../../../test/fake';
import type { FakeBackend } from '../../../test/fakeBackend';
import { OpenConversation } from './conversation.svelte';
import type { Microphone } from './microphone';
import { Recorder } from './recorder.svelte';

let backend: FakeBackend;
let conversation: OpenConversation;
let id: number;
let other: number;

const file = (name: string, size = 5) => new File([new Uint8Array(size)], name);

beforeEach(async () => {
  backend = fakeShop();
  const open = backend.data.conversations.filter((row) => row.windowClosesAtMs > Date.now());
  id = open[0]?.id ?? 0;
  other = open[1]?.id ?? 0;
  conversation = started(new OpenConversation());
  await conversation.open(id);
  conversation.draft.write('');
});

describe('files in the composer', () => {
  it('go to the Go side in parts, in their order', async () => {
    await conversation.attachments.add([file('a.pdf', 2_000_000), file('b.pdf')]);
    expect(conversation.attachments.ready.map((item) => item.name)).toEqual(['a.pdf', 'b.pdf']);
    expect([...backend.sending.files.values()].map((f) => f.got)).toEqual([2_000_000, 5]);
  });

  it('take the text as the caption of the only one', async () => {
    await conversation.attachments.add([file('a.pdf')]);
    conversation.draft.write('Unser Angebot');
    expect(conversation.textIsCaption).toBe(true);
    await conversation.send();
    expect(backend.sending.sent[0]?.files.map((f) => f.caption)).toEqual(['Unser Angebot']);
    expect(backend.calls).not.toContain('Inbox.SendText');
    expect([conversation.draft.text, conversation.attachments.list.length]).toEqual(['', 0]);
  });

  it('keep captions of their own when there are several; the text follows', async () => {
    await conversation.attachments.add([file('a.pdf'), file('b.pdf')]);
    const [first] = conversation.attachments.list;
    if (first) first.caption = 'Seite eins';
    conversation.draft.write('Bitte ansehen');
    await conversation.send();
    expect(backend.sending.sent[0]?.files.map((f) => f.caption)).toEqual(['Seite eins', '']);
    const calls = backend.calls.filter((call) => call === 'Sending.SendFiles' || call === 'Inbox.SendText');
    expect(calls).toEqual(['Sending.SendFiles', 'Inbox.SendText']);
  });

  it('stay with the text when they cannot be sent', async () => {
    backend.failing.set('Sending.SendFiles', { code: 'window_closed' });
    await conversation.attachments.add([file('a.pdf')]);
    conversation.draft.write('Unser Angebot');
    await conversation.send();
    expect(conversation.actionError?.code).toBe('window_closed');
    expect([conversation.draft.text, conversation.attachments.list.length]).toEqual(['Unser Angebot', 1]);
  });

  it('wait in their own conversation', async () => {
    await conversation.attachments.add([file('a.pdf')]);
    await conversation.open(other);
    expect(conversation.attachments.list).toEqual([]);
    await conversation.open(id);
    expect(conversation.attachments.list.map((item) => item.name)).toEqual(['a.pdf']);
  });

  it('are offered as a document where a film cannot be played', async () => {
    await conversation.attachments.add([file('a.mp4')]);
    const [film] = conversation.attachments.list;
    expect(film?.problem).toBe('fileFilm');
    if (film) await conversation.attachments.asDocument(film);
    expect(film?.ready).toBe(true);
  });

  it('are discarded on both sides when they are taken out', async () => {
    await conversation.attachments.add([file('a.pdf')]);
    const [item] = conversation.attachments.list;
    if (item) conversation.attachments.remove(item);
    await vi.waitFor(() => expect(backend.sending.files.size).toBe(0));
  });
});

describe('taking back', () => {
  it('puts the text into the composer again', async () => {
    conversation.draft.write('Falsch');
    await conversation.send();
    const last = conversation.messages.at(-1);
    await conversation.withdraw(last?.id ?? '');
    expect(conversation.draft.text).toBe('Falsch');
    expect(conversation.find(last?.id ?? '')).toBeUndefined();
  });
});

describe('Recorder', () => {
  let deliver: (samples: Float32Array) => void;
  const microphone: Microphone = {
    pause: vi.fn(() => Promise.resolve()),
    resume: vi.fn(() => Promise.resolve()),
    stop: vi.fn(() => Promise.resolve()),
  };
  const opened = () =>
    new Recorder((onsamples) => {
      deliver = onsamples;
      return Promise.resolve(microphone);
    });

  it('hands over every sample as 16 bits and ends with a note', async () => {
    const recorder = opened();
    await recorder.start(id);
    deliver(new Float32Array(24_000).fill(0.5));
    deliver(new Float32Array(24_000));
    expect([recorder.phase, recorder.seconds]).toEqual(['recording', 1]);
    const note = await recorder.finish();
    expect(note?.file.voice).toBe(true);
    expect(note?.file.bytes).toBe(2 * 48_000);
    expect(recorder.phase).toBe('idle');
  });

  it('takes nothing while it is paused', async () => {
    const recorder = opened();
    await recorder.start(id);
    await recorder.toggle();
    deliver(new Float32Array(4800));
    expect([recorder.phase, recorder.samples]).toEqual(['paused', 0]);
    await recorder.toggle();
    expect(recorder.phase).toBe('recording');
  });

  it('leaves nothing behind when it is discarded', async () => {
    const recorder = opened();
    await recorder.start(id);
    deliver(new Float32Array(4800));
    await recorder.discard();
    expect([recorder.phase, backend.sending.files.size]).toEqual(['idle', 0]);
    expect(microphone.stop).toHaveBeenCalled();
  });

  it('says why it cannot begin', async () => {
    const recorder = new Recorder(() => Promise.reject(new Error('?')));
    await recorder.start(id);
    expect([recorder.phase, recorder.problem]).toEqual(['idle', 'impossible']);
  });

  it('ends with the reason when the samples cannot be kept', async () => {
    const recorder = opened();
    await recorder.start(id);
    backend.failing.set('Sending.AppendFile', { code: 'storage_full' });
    deliver(new Float32Array(4800));
    await vi.waitFor(() => expect(recorder.error?.code).toBe('storage_full'));
    expect(recorder.phase).toBe('idle');
  });
});
