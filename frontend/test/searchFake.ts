import type { app } from '../src/wailsjs/go/models';
import type { FakeData } from './fakeBackend';

/** Finds by plain comparison; the rules of the real search are tested in Go. */
export function searchFake(data: () => FakeData) {
  const state = { ready: true };
  const marksOf = (text: string, words: string): number[] => {
    const at = words === '' ? -1 : text.toLowerCase().indexOf(words);
    return at < 0 ? [] : [at, at + words.length];
  };
  return {
    state,
    methods: {
      Find: (request: app.SearchRequest): app.SearchPage => {
        const words = request.text.trim().toLowerCase();
        const { conversations, messages } = data();
        const people = conversations
          .filter((row) => marksOf(row.name, words).length > 0)
          .map((row) => ({
            customerId: row.customerId,
            conversationId: row.id,
            name: row.name,
            nameSource: row.nameSource,
            marks: marksOf(row.name, words),
            detail: '',
            detailMarks: [],
          }));
        const all = conversations
          .filter((row) => request.customerId === '' || row.customerId === request.customerId)
          .flatMap((head) => (messages[head.id] ?? []).map((row) => ({ head, row })))
          .filter(({ row }) => words === '' || marksOf(row.text, words).length > 0)
          .filter(({ row }) => request.kinds.length === 0 || request.kinds.includes(row.kind))
          .filter(
            ({ row }) => row.sentAtMs >= request.fromMs && (!request.toMs || row.sentAtMs < request.toMs),
          )
          .sort((a, b) => b.row.sentAtMs - a.row.sentAtMs);
        const from = Number(request.after || 0);
        const hits = all.slice(from, from + request.limit);
        const more = all.length > from + hits.length;
        return {
          people: from === 0 ? people : [],
          messages: hits.map(({ head, row }) => ({
            messageId: row.id,
            conversationId: head.id,
            customerId: head.customerId,
            name: head.name,
            nameSource: head.nameSource,
            kind: row.kind,
            fromShop: row.direction !== 'in',
            sentAtMs: row.sentAtMs,
            snippet: row.text.slice(0, 200),
            marks: marksOf(row.text.slice(0, 200), words),
            inFileName: false,
          })),
          more,
          after: more ? String(from + hits.length) : '',
          ready: state.ready,
          indexed: all.length,
          superseded: false,
        };
      },
    },
  };
}
