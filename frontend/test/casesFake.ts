import type { app } from '../src/wailsjs/go/models';
import type { FakeData } from './fakeBackend';

const day = 86_400_000;

const next: Record<string, string[]> = {
  received: ['checked', 'refused', 'closed'],
  checked: ['work', 'extended', 'answered', 'refused', 'closed'],
  work: ['extended', 'answered', 'refused', 'closed'],
  extended: ['answered', 'refused', 'closed'],
  answered: ['closed'],
  refused: ['closed'],
  closed: [],
};

const isOpen = (state: string): boolean => ['received', 'checked', 'work', 'extended'].includes(state);

/** The Go side of the rights desk. The shop begins without requests. */
export function casesFake(data: () => FakeData, emit: (name: string, payload?: unknown) => void) {
  const state = {
    files: [] as app.CaseDetail[],
    corrections: [] as app.CorrectionRow[],
    confirmed: false,
    letters: [] as app.CaseLetterRequest[],
    opened: [] as app.OpenCaseRequest[],
    viewed: [] as app.ViewRequest[],
  };
  let nextEvent = 1;
  const find = (id: number): app.CaseDetail => {
    const found = state.files.find((file) => file.id === id);
    if (!found) throw new Error('{"code":"not_found"}');
    return found;
  };
  const note = (
    id: number,
    event: Partial<app.CaseEventRow> & { kind: string },
    change: Partial<app.CaseDetail> = {},
  ) => {
    const before = find(id);
    const row = { id: nextEvent++, atMs: Date.now(), what: '', by: '', text: '', ...event };
    const file = { ...before, ...change, history: [...before.history, row] } as app.CaseDetail;
    file.next = next[file.state] ?? [];
    file.open = isOpen(file.state);
    state.files = state.files.map((one) => (one.id === id ? file : one));
    emit('customer:changed', { customerId: file.customerId, erased: false });
    return file;
  };
  const add = (customerId: string, kind: string, part: Partial<app.CaseDetail> = {}): app.CaseDetail => {
    const id = state.files.length + 1;
    const person = data().customers.find((one) => one.id === customerId);
    const receivedAtMs = part.receivedAtMs ?? Date.now() - day;
    const file = {
      id,
      number: `DS-2026-${String(id).padStart(4, '0')}`,
      kind,
      state: 'received',
      open: true,
      receivedAtMs,
      dueAtMs: receivedAtMs + 30 * day,
      closedAtMs: 0,
      extended: false,
      overdue: false,
      reminds: false,
      customerId,
      name: person?.name ?? '',
      restricted: false,
      conversationId: data().conversations.find((row) => row.customerId === customerId)?.id ?? 0,
      history: [
        { id: nextEvent++, atMs: receivedAtMs, kind: 'opened', what: 'chat', by: '', text: 'AUSKUNFT' },
      ],
      next: next['received'] ?? [],
      mayExtend: true,
      extendedDueMs: receivedAtMs + 90 * day,
      codeOpen: false,
      changedNumber: false,
      sensitive: false,
      mayLift: false,
      recipients: ['rectification', 'erasure', 'restriction'].includes(kind)
        ? [
            { key: 'whatsapp', name: 'WhatsApp Ireland Limited', toldAtMs: 0 },
            { key: 'tax', name: 'Steuerbüro Klar', toldAtMs: 0 },
          ]
        : [],
      ...part,
    } as app.CaseDetail;
    file.next = next[file.state] ?? [];
    file.open = isOpen(file.state);
    state.files = [...state.files, file];
    return file;
  };
  return {
    state,
    add,
    refuse: (number: string) => {
      const id = state.files.find((file) => file.number === number)?.id ?? 0;
      note(
        id,
        { kind: 'state', what: 'refused', text: 'Chat: der Auftrag ist noch nicht abgeschlossen' },
        { state: 'refused' },
      );
    },
    methods: {
      List: (): app.CaseSheet =>
        ({
          open: state.files.filter((file) => file.open),
          settled: state.files.filter((file) => !file.open),
          restricted: state.files
            .filter((file) => file.restricted)
            .map((file) => ({
              caseId: file.id,
              number: file.number,
              sinceMs: file.receivedAtMs,
              waiting: 1,
            })),
          reminding: state.files.filter((file) => file.open && file.reminds).length,
        }) as app.CaseSheet,
      Get: find,
      Of: (customerId: string): app.CaseRow[] => state.files.filter((file) => file.customerId === customerId),
      Open: (request: app.OpenCaseRequest) => {
        state.opened.push(request);
        const file = add(request.customerId, request.kind, { receivedAtMs: request.receivedAtMs });
        emit('customer:changed', { customerId: request.customerId, erased: false });
        return file;
      },
      Take: ({ caseId, to, reason }: app.CaseStepRequest) => {
        if (!(next[find(caseId).state] ?? []).includes(to)) throw new Error('{"code":"conflict"}');
        return note(caseId, { kind: 'state', what: to, text: reason }, { state: to });
      },
      Tell: ({ caseId, recipient, told }: app.TellRequest) =>
        note(
          caseId,
          { kind: told ? 'told' : 'untold', what: recipient },
          {
            recipients: find(caseId).recipients.map((one) =>
              one.key === recipient ? { ...one, toldAtMs: told ? Date.now() : 0 } : one,
            ) as app.CaseRecipient[],
          },
        ),
      SendCode: ({ caseId }: app.CaseCodeRequest) => note(caseId, { kind: 'codeSent' }, { codeOpen: true }),
      PreviewLetter: (request: app.CaseLetterRequest): app.CaseLetter => {
        if (request.letter !== 'receipt' && request.letter !== 'answer' && request.reasons.trim() === '')
          throw new Error('{"code":"invalid","field":"reason"}');
        const { number } = find(request.caseId);
        return {
          title: `Wir haben Ihre Anfrage erhalten · ${number}`,
          text: `Guten Tag,\n\nIhre Anfrage ist bei uns angekommen. Sie hat die Nummer ${number}.\n\n${request.reasons}\n\nFreundliche Grüße\nBlumen Müller`,
          draft: !state.confirmed,
        };
      },
      SaveLetter: (request: app.CaseLetterRequest) => {
        state.letters.push(request);
        note(request.caseId, { kind: 'letter', what: request.letter });
        return { saved: true };
      },
      DraftLetter: (request: app.CaseLetterRequest) => {
        state.letters.push(request);
        return note(
          request.caseId,
          { kind: 'letter', what: request.letter },
          request.letter === 'lifting' ? { mayLift: true } : {},
        ).conversationId;
      },
      SendLetter: (request: app.CaseLetterRequest) => {
        state.letters.push(request);
        return note(
          request.caseId,
          { kind: 'letter', what: request.letter },
          request.letter === 'lifting' ? { mayLift: true } : {},
        );
      },
      ConfirmLetters: () => {
        state.confirmed = true;
      },
      Restrict: ({ caseId, ground }: app.RestrictRequest) =>
        note(caseId, { kind: 'restricted', what: ground }, { restricted: true, name: '' }),
      Lift: (caseId: number) => note(caseId, { kind: 'lifted' }, { restricted: false, mayLift: false }),
      View: (request: app.ViewRequest) => {
        state.viewed.push(request);
        return note(request.caseId, { kind: 'viewed', what: request.purpose, text: request.reason });
      },
      Corrections: () => state.corrections,
      AddStatement: ({ text }: app.StatementRequest) => {
        state.corrections = [
          { atMs: Date.now(), field: 'statement', old: '', new: text, by: '' },
          ...state.corrections,
        ];
        return state.corrections;
      },
    },
  };
}
