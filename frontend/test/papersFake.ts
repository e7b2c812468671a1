import type { app } from '../src/wailsjs/go/models';

const hour = 3_600_000;

function block(part: Partial<app.PaperBlock> & { kind: string }): app.PaperBlock {
  return { text: '', items: [], head: [], shares: [], rows: [], stops: [], ...part } as app.PaperBlock;
}

/** The Go side of the papers. */
export function papersFake() {
  const now = Date.now();
  const state = {
    version: 0,
    confirmed: [] as app.ConfirmPaperRequest[],
    saved: [] as app.PaperRequest[],
    said: null as app.PaperAnswers | null,
    screening: {
      questions: [{ key: 'special', words: 'Gesundheitsdaten?' }],
      at: '',
      by: '',
      yes: [],
      reason: '',
    } as unknown as app.ScreeningSheet,
    contracts: [] as app.ContractRow[],
    breaches: [] as app.BreachRow[],
  };

  function sheet(kind: string): app.PaperSheet {
    const blocks = [
      block({ kind: 'entries', rows: [['Stand', '22.11.2026']] }),
      block({ kind: 'section', text: 'Verantwortlich' }),
      block({ kind: 'text', text: 'Blumen Müller' }),
      block({ kind: 'points', items: ['Inhalte einzeln versiegelt'] }),
      block({
        kind: 'table',
        head: ['Zweck', 'Grundlage'],
        shares: [0.5, 0.5],
        rows: [['Anfragen', 'Art. 6']],
      }),
    ];
    const confirmable = ['record', 'measures', 'flow', 'screening'].includes(kind);
    return {
      kind,
      title: 'Verzeichnis der Verarbeitungstätigkeiten',
      blocks,
      gaps: [
        { key: 'tax', where: 'answers' },
        { key: 'backup', where: 'backup' },
      ],
      checks: [],
      draft: confirmable && state.version === 0 ? 'Entwurf – bitte prüfen lassen' : '',
      confirmable,
      fingerprint: 'f1',
    } as unknown as app.PaperSheet;
  }

  function desk(): app.PapersDesk {
    const row = (kind: string, title: string, confirmable: boolean, gaps: number): app.PaperRow => {
      const number = confirmable ? state.version : 0;
      return { kind, title, confirmable, number, confirmedAtMs: now, holds: number > 0, gaps };
    };
    return {
      papers: [
        row('record', 'Verzeichnis der Verarbeitungstätigkeiten', true, 2),
        row('contracts', 'Verträge mit Auftragsverarbeitern', false, 1),
        row('checklist', 'Prüfliste', false, 0),
      ],
      summary: '5 von 8 Prüfpunkten erfüllt',
      contractsDue: state.contracts.length === 0 ? 1 : 0,
      breaches: state.breaches
        .filter((one) => one.running)
        .map(({ id, knownAtMs, dueMs }) => ({ id, knownAtMs, dueMs })),
    } as unknown as app.PapersDesk;
  }

  const contractsDesk = () =>
    ({
      processors: [
        {
          key: 'whatsapp',
          name: 'WhatsApp Ireland Limited',
          host: 'graph.facebook.com',
          contractId: state.contracts.length,
          dueMs: 0,
          overdue: state.contracts.length === 0,
        },
      ],
      contracts: state.contracts,
      letters: [{ key: 'a', words: 'Weisung' }],
    }) as unknown as app.ContractsDesk;

  const none = { text: '', none: false };
  return {
    state,
    papers: {
      List: desk,
      Get: ({ kind }: app.PaperRequest) => sheet(kind),
      Confirm: (request: app.ConfirmPaperRequest) => {
        if (request.fingerprint !== 'f1') throw new Error('{"code":"conflict"}');
        state.confirmed.push(request);
        state.version += 1;
        return sheet(request.kind);
      },
      Save: (request: app.PaperRequest) => {
        state.saved.push(request);
        return { saved: true };
      },
      ListVersions: () =>
        state.confirmed.map((one, index) => ({ id: index + 1, number: index + 1, atMs: now, by: one.by })),
      SaveVersion: () => ({ saved: true }),
      ListContracts: contractsDesk,
      AddContract: ({ contract }: app.AddContractRequest) => {
        if (contract.accepted > '2100') throw new Error('{"code":"invalid","field":"accepted"}');
        state.contracts.push({ ...contract, id: state.contracts.length + 1 });
        return contractsDesk();
      },
      DeleteContract: (id: number) => {
        state.contracts = state.contracts.filter((one) => one.id !== id);
      },
      SaveContractFile: () => ({ saved: true }),
      GetAnswers: () =>
        state.said ??
        ({
          officer: none,
          tax: none,
          help: none,
          relay: true,
          relayOwn: false,
          relayOperator: '',
          relayPlace: '',
          assessed: '',
        } as app.PaperAnswers),
      SetAnswers: (said: app.PaperAnswers) => {
        state.said = said;
      },
      GetScreening: () => state.screening,
      SetScreening: (said: app.ScreeningSheet) => {
        if (said.reason === '') throw new Error('{"code":"invalid","field":"reason"}');
        state.screening = { ...state.screening, ...said, questions: state.screening.questions };
      },
      ListBreaches: (): app.BreachesSheet =>
        ({
          rows: state.breaches,
          authority: 'Musterbehörde',
          contact: 'Rosa',
          hours: 72,
        }) as unknown as app.BreachesSheet,
      SaveBreach: (row: app.BreachRow): app.BreachRow => {
        const id = row.id || state.breaches.length + 1;
        const running = row.closedAtMs === 0 && row.notifiedAtMs === 0 && row.risk !== 'none';
        const kept = { ...row, id, running, dueMs: row.knownAtMs + 72 * hour };
        state.breaches = [...state.breaches.filter((one) => one.id !== id), kept];
        return kept;
      },
      GetBreachPaper: () => sheet('breach'),
      SaveBreachPaper: () => ({ saved: true }),
    },
  };
}
