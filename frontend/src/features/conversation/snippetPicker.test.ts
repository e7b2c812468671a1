import { beforeEach, describe, expect, it } from 'vitest';
import { fakeShop } from '../../../test/fake';
import type { FakeBackend } from '../../../test/fakeBackend';
import { openVariables, slashBefore, SnippetPicker } from './snippetPicker.svelte';

let backend: FakeBackend;

beforeEach(() => {
  backend = fakeShop();
});

describe('a slash in the text', () => {
  it.each([
    ['/', 1, { start: 0, query: '' }],
    ['Hallo /öff', 10, { start: 6, query: 'öff' }],
    ['Zeile\n/a', 8, { start: 6, query: 'a' }],
    ['/passt das', 10, { start: 0, query: 'passt das' }],
    ['/ab und mehr', 3, { start: 0, query: 'ab' }],
    ['und/oder', 8, null],
    ['https://a.example', 17, null],
    ['/a\nb', 4, null],
    [`/${'x'.repeat(41)}`, 42, null],
    ['kein', 4, null],
  ])('%j at %i', (text, caret, want) => {
    expect(slashBefore(text, caret)).toEqual(want);
  });
});

it('finds what a snippet left open, and nothing people write', () => {
  expect(openVariables('Guten Tag {Name}, {Öffnungszeiten}{Name} {} {1} :{) {a:b}')).toEqual([
    '{Name}',
    '{Öffnungszeiten}',
  ]);
});

describe('the list', () => {
  it('opens, moves round and closes', async () => {
    const picker = new SnippetPicker();
    await picker.look('/', 1);
    expect(picker.open).toBe(true);
    expect(picker.results).toHaveLength(6);
    picker.move(-1);
    expect(picker.active).toBe(5);
    picker.move(1);
    expect(picker.active).toBe(0);
    await picker.look('/ und weiter', 12);
    expect(picker.open).toBe(false);
  });

  it('stays away after Esc until the next slash', async () => {
    const picker = new SnippetPicker();
    await picker.look('/ha', 3);
    picker.dismiss();
    await picker.look('/hal', 4);
    expect(picker.open).toBe(false);
    await picker.look('/hal /', 6);
    expect(picker.open).toBe(true);
  });

  it('shows only the newest answer', async () => {
    const picker = new SnippetPicker();
    await Promise.all([picker.look('/ha', 3), picker.look('/wann', 5)]);
    expect(picker.results.map((snippet) => snippet.name)).toEqual(['wann']);
  });

  it('says why nothing could be found', async () => {
    backend.failing.set('Snippets.Find', { code: 'storage_locked' });
    const picker = new SnippetPicker();
    await picker.look('/', 1);
    expect(picker.error?.code).toBe('storage_locked');
  });

  it('fills in plain text and offers what can be tapped', async () => {
    const picker = new SnippetPicker();
    await picker.look('Ja. /danke', 10);
    const [thanks] = picker.results;
    expect(thanks && (await picker.choose(thanks, 1, 'de'))).toMatchObject({
      start: 4,
      end: 10,
      filled: { text: 'Vielen Dank und einen schönen Tag. Ihr Team von Blumen Wiesengrund' },
    });
    await picker.look('/passt', 6);
    const [question] = picker.results;
    expect(question && (await picker.choose(question, 1, 'de'))).toBeNull();
    expect(picker.offered?.filled.frame?.buttons).toHaveLength(3);
    expect(await picker.send(1, 'de')).toBe(true);
    expect(backend.data.messages[1]?.at(-1)?.kind).toBe('interactive');
  });
});
