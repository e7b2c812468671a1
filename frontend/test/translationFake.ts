import type { app } from '../src/wailsjs/go/models';
import { message, type FakeData } from './fakeBackend';

/** A translation service that appends the language. */
export function translationFake(data: () => FakeData, emit: (name: string, payload: unknown) => void) {
  const desk = {
    provider: '',
    baseUrl: '',
    hasKey: false,
    host: '',
    agreedAtMs: 0,
    agreements: [],
  } as unknown as app.TranslationDesk;
  let next = 700_000;
  const agree = (host: string): app.TranslationDesk => {
    Object.assign(desk, {
      provider: desk.provider || 'deepl',
      hasKey: true,
      host,
      agreedAtMs: Date.now(),
      agreements: [{ provider: 'deepl', host, fromMs: Date.now(), untilMs: 0 }],
    });
    return desk;
  };
  const changed = (conversationId: number) => emit('conversation:changed', { conversationId, new: false });
  return {
    agree,
    methods: {
      GetDesk: () => desk,
      Save: (form: app.TranslationForm): app.TranslationDesk =>
        Object.assign(desk, {
          provider: form.provider,
          baseUrl: form.baseUrl,
          hasKey: form.key !== '' || desk.hasKey,
          host: form.provider === 'deepl' ? 'api.deepl.com' : form.baseUrl.replace(/^https?:\/\//u, ''),
          agreedAtMs: 0,
        }),
      Agree: agree,
      Withdraw: (): app.TranslationDesk => {
        for (const row of desk.agreements) row.untilMs = Date.now();
        return Object.assign(desk, { agreedAtMs: 0 });
      },
      Interpret: (request: app.InterpretRequest) => {
        const head = data().conversations.find((row) => row.id === request.conversationId);
        if (head) Object.assign(head, { interpreted: request.on, language: request.language });
        changed(request.conversationId);
      },
      Messages: (request: app.TranslateRequest) => {
        for (const row of data().messages[request.conversationId] ?? []) {
          if (!request.messageIds.includes(row.id)) continue;
          row.translated = true;
          row.translation = { text: `${row.text} (${request.target})`, from: 'en', to: request.target };
        }
        changed(request.conversationId);
      },
      Draft: (request: app.TranslateDraftRequest) => `${request.text} (${request.target})`,
      Send: (request: app.SendTranslatedRequest): app.MessageRow => {
        const row = message({
          id: String(next++),
          conversationId: request.conversationId,
          direction: 'out',
          text: request.text,
          status: 'queued',
          translated: true,
          translation: { text: request.original, from: request.source, to: request.target },
        });
        (data().messages[request.conversationId] ??= []).push(row);
        return row;
      },
    },
  };
}
