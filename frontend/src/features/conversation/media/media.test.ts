import { afterEach, describe, expect, it, vi } from 'vitest';
import { inbox, media, type MediaFile, type Message } from '~/lib/api';
import { I18n } from '~/lib/i18n/i18n.svelte';
import { fakeShop, started } from '../../../../test/fake';
import { MediaDesk } from './desk.svelte';
import { fileFacts, playingTime } from './fileWords';
import { filmLeast, frameOf } from './frame';
import { loudness } from './wave';

const file = (part: Partial<MediaFile> = {}): MediaFile => ({
  state: 'stored',
  arriving: false,
  done: 0,
  bytes: 1000,
  expiresAt: null,
  thumb: false,
  type: 'image/jpeg',
  inline: true,
  width: 0,
  height: 0,
  animated: false,
  voice: false,
  risk: null,
  failure: null,
  ...part,
});

/** A message of the fake shop whose file has that risk. */
async function stored(kind: string, risk = ''): Promise<Message> {
  const { messages } = await inbox.listMessages(8, {}, 60);
  const found = messages.find((message) => message.kind === kind && (message.file?.risk ?? '') === risk);
  if (!found) throw new Error(`no ${kind}`);
  return found;
}

class FakeDesk {
  readonly backend = fakeShop();
  readonly desk = started(new MediaDesk());
}

describe('the room of a picture', () => {
  it('is known before the picture is', () => {
    expect(frameOf(file({ width: 1600, height: 1200 }))).toEqual({
      'inline-size': '20rem',
      'aspect-ratio': '20 / 15',
    });
    expect(frameOf(null)).toEqual({ 'inline-size': '20rem', 'aspect-ratio': '20 / 15' });
  });

  it('is never wider or taller than a bubble, nor too small to hit', () => {
    for (const [width, height] of [
      [4000, 10],
      [10, 4000],
      [1, 1],
      [900, 1600],
    ] as const) {
      const [w, h] = frameOf(file({ width, height }))['aspect-ratio'].split(' / ').map(Number);
      expect(w).toBeGreaterThanOrEqual(7);
      expect(w).toBeLessThanOrEqual(20);
      expect(h).toBeLessThanOrEqual(22);
    }
    expect(frameOf(file({ width: 64, height: 64 }), filmLeast)['inline-size']).toBe('14rem');
  });
});

describe('words about files', () => {
  const i18n = new I18n();
  const message = (fileName: string, part: Partial<MediaFile>) => ({ fileName, file: file(part) }) as Message;

  it('name the kind by the end of the name, or by what the bytes are', () => {
    expect(fileFacts(message('Angebot.Pdf', { bytes: 1_240_000 }), i18n)).toBe('PDF · 1,2 MB');
    expect(fileFacts(message('', { type: 'image/png', bytes: 0 }), i18n)).toBe('PNG');
    expect(fileFacts(message('ohne', { type: 'application/x', bytes: 0 }), i18n)).toBe('');
  });

  it('tell playing time', () => {
    expect([0, 7.9, 67, Number.NaN, -1, Infinity].map(playingTime)).toEqual([
      '0:00',
      '0:07',
      '1:07',
      '0:00',
      '0:00',
      '0:00',
    ]);
  });
});

describe('loudness', () => {
  it('is relative to the loudest part', () => {
    const samples = new Float32Array(5600);
    samples.fill(0.5, 0, 100);
    samples.fill(0.25, 100, 200);
    const bars = loudness(samples);
    expect(bars).toHaveLength(56);
    expect(bars.slice(0, 3)).toEqual([1, 0.5, 0]);
  });

  it('does not make noise of silence', () => {
    expect(Math.max(...loudness(new Float32Array(5600).fill(0.0001)))).toBe(0);
    expect(Math.max(...loudness(new Float32Array()))).toBe(0);
  });
});

describe('loading a file', () => {
  afterEach(() => vi.unstubAllGlobals());
  const signal = new AbortController().signal;

  it('asks for parts until all is here', async () => {
    const whole = 'abcdefghij';
    const asked: string[] = [];
    vi.stubGlobal('fetch', (address: string, init: { headers: { Range: string } }) => {
      asked.push(`${address} ${init.headers.Range}`);
      const from = Number(/=(\d+)-/.exec(init.headers.Range)?.[1]);
      const part = whole.slice(from, from + 4);
      const headers = {
        'Content-Type': 'audio/ogg',
        'Content-Range': `bytes ${String(from)}-${String(from + part.length - 1)}/10`,
      };
      return Promise.resolve(new Response(part, { status: 206, headers }));
    });
    const blob = await media.loadFile('7', signal);
    expect([blob.size, blob.type]).toEqual([10, 'audio/ogg']);
    expect(asked).toEqual(['/media/7 bytes=0-', '/media/7 bytes=4-', '/media/7 bytes=8-']);
  });

  it('takes a whole answer and refuses what is gone or never ends', async () => {
    const answers = [
      new Response('abc', { status: 200 }),
      new Response('', { status: 404 }),
      new Response('', { status: 206, headers: { 'Content-Range': 'bytes 0-0/5' } }),
    ];
    vi.stubGlobal('fetch', () => Promise.resolve(answers.shift()));
    expect((await media.loadFile('7', signal)).size).toBe(3);
    await expect(media.loadFile('7', signal)).rejects.toMatchObject({ code: 'not_found' });
    await expect(media.loadFile('7', signal)).rejects.toMatchObject({ code: 'internal' });
  });
});

describe('the desk', () => {
  it('opens a harmless file at once and a risky one only after a warning', async () => {
    const shop = new FakeDesk();
    const harmless = await stored('document');
    await shop.desk.open(harmless);
    const risky = await stored('document', 'macro');
    await shop.desk.open(risky);
    expect(shop.desk.risky?.id).toBe(risky.id);
    expect(shop.backend.media.state.opened).toEqual([harmless.id]);
    await shop.desk.open(risky, true);
    expect(shop.desk.risky).toBeNull();
    expect(shop.backend.media.state.opened).toEqual([harmless.id, risky.id]);
  });

  it('says why something failed', async () => {
    const shop = new FakeDesk();
    shop.backend.failing.set('Media.Fetch', { code: 'not_found' });
    await shop.desk.fetch(await stored('document'));
    expect(shop.desk.error?.code).toBe('not_found');
    shop.backend.failing.clear();
    await shop.desk.fetch(await stored('document'));
    expect(shop.desk.error).toBeNull();
  });

  it('hears how far a file has come, and forgets it for a new attempt', async () => {
    const shop = new FakeDesk();
    const message = await stored('document');
    shop.backend.emit('media:progress', { messageId: message.id, done: 5, total: 9 });
    expect(shop.desk.progress.get(message.id)).toEqual({ done: 5, total: 9 });
    await shop.desk.fetch(message);
    expect(shop.desk.progress.has(message.id)).toBe(false);
  });

  it('lets one thing play at a time', () => {
    const shop = new FakeDesk();
    const first = { pause: vi.fn() } as unknown as HTMLMediaElement;
    const second = { pause: vi.fn() } as unknown as HTMLMediaElement;
    shop.desk.plays(first);
    shop.desk.plays(first);
    expect(first.pause).not.toHaveBeenCalled();
    shop.desk.plays(second);
    expect(first.pause).toHaveBeenCalledOnce();
  });

  it('does without a waveform where sound cannot be read', async () => {
    const shop = new FakeDesk();
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('x', { status: 200 })));
    expect(await shop.desk.wave(await stored('audio'))).toBeNull();
    vi.unstubAllGlobals();
  });
});
