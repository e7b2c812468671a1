import type { app } from '../src/wailsjs/go/models';
import type { FakeData } from './fakeBackend';

/** Notifications, and hints that are waved away. */
export function attentionFake(data: () => FakeData, emit: (name: string, payload?: unknown) => void) {
  const state: app.AttentionState & { view: app.LookRequest | null } = {
    shown: true,
    form: { hints: true, notify: true, show: 'count', quietFrom: '', quietUntil: '', quietDays: [] },
    view: null,
  };
  const settle = (messageId: string) => {
    for (const row of Object.values(data().messages).flat()) {
      if (row.id !== messageId) continue;
      row.hints = [];
      emit('conversation:changed', { conversationId: row.conversationId, new: false });
    }
  };
  return {
    state,
    settle,
    methods: {
      Get: (): app.AttentionState => ({ form: state.form, shown: state.shown }),
      Save: (form: app.AttentionForm): app.AttentionState => {
        state.form = form;
        return { form, shown: state.shown };
      },
      Try: () => undefined,
      SetView: (view: app.LookRequest) => {
        state.view = view;
      },
      DismissHint: settle,
    },
  };
}
