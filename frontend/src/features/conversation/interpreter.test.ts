import { describe, expect, it, vi } from 'vitest';
import { fakeShop, started } from '../../../test/fake';
import type { FakeBackend } from '../../../test/fakeBackend';
import { OpenConversation } from './conversation.svelte';
import { Interpreter } from './interpreter.svelte';

async function open(prepare: (backend: FakeBackend) => void = () => undefined) {
  const backend = fakeShop();
  prepare(backend);
  const conversation = started(new OpenConversation());
  await conversation.open(7);
  const interpreter = started(new Interpreter(conversation, () => 'de'));
  await vi.waitFor(() => expect(interpreter.desk).not.toBeNull());
  return { backend, conversation, interpreter };
}

const agreed = (backend: FakeBackend) => backend.translation.agree('api.deepl.com');
const calls = (backend: FakeBackend) =>
  backend.calls.filter((call) => call === 'Translation.Messages').length;

describe('the interpreter', () => {
  it('asks for nothing before somebody agreed', async () => {
    const { backend, conversation, interpreter } = await open();
    expect(interpreter.ready).toBe(false);
    for (const message of conversation.messages) interpreter.want(message);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(calls(backend)).toBe(0);
  });

  it('translates what somebody looks at, once', async () => {
    const { backend, conversation, interpreter } = await open(agreed);
    await interpreter.turn(true);
    await vi.waitFor(() => expect(interpreter.on).toBe(true));
    for (const message of conversation.messages) interpreter.want(message);
    await vi.waitFor(() => expect(conversation.messages[0]?.translation?.text).toBe('Guten Tag (de)'));
    expect(conversation.messages[1]?.translation).toBeNull();
    for (const message of conversation.messages) interpreter.want(message);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(calls(backend)).toBe(1);
  });

  it('stops at an error and goes on when told to', async () => {
    const { backend, conversation, interpreter } = await open(agreed);
    await interpreter.turn(true);
    await vi.waitFor(() => expect(interpreter.on).toBe(true));
    backend.failing.set('Translation.Messages', { code: 'translate_quota' });
    for (const message of conversation.messages) interpreter.want(message);
    await vi.waitFor(() => expect(interpreter.error?.code).toBe('translate_quota'));
    for (const message of conversation.messages) interpreter.want(message);
    backend.failing.clear();
    interpreter.retry();
    await vi.waitFor(() => expect(conversation.messages[0]?.translation).not.toBeNull());
    expect(calls(backend)).toBe(2);
  });

  it('shows a reply in both languages before it goes out', async () => {
    const { conversation, interpreter } = await open(agreed);
    await interpreter.turn(true);
    await interpreter.speak('en');
    await vi.waitFor(() => expect(interpreter.language).toBe('en'));
    conversation.draft.write('Ja, gern');
    await interpreter.translateDraft();
    expect(interpreter.draft).toMatchObject({ original: 'Ja, gern', text: 'Ja, gern (en)' });
    await interpreter.send();
    expect(interpreter.draft).toBeNull();
    expect(conversation.draft.text).toBe('');
    expect(conversation.messages.at(-1)).toMatchObject({
      text: 'Ja, gern (en)',
      translation: { text: 'Ja, gern' },
    });
  });

  it('keeps the draft if the reply does not go out', async () => {
    const { backend, conversation, interpreter } = await open(agreed);
    await interpreter.turn(true);
    await interpreter.speak('en');
    await vi.waitFor(() => expect(interpreter.language).toBe('en'));
    conversation.draft.write('Ja, gern');
    await interpreter.translateDraft();
    backend.failing.set('Translation.Send', { code: 'window_closed' });
    await interpreter.send();
    expect(interpreter.draft).not.toBeNull();
    expect(conversation.draft.text).toBe('Ja, gern');
    expect(interpreter.error?.code).toBe('window_closed');
  });
});
