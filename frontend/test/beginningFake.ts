import type { app } from '../src/wailsjs/go/models';
import type { FakeData } from './fakeBackend';

/** The Go side of opening and leaving a shop. */
export function setupFake(data: () => FakeData, emit: (name: string) => void) {
  const open = (demo: boolean) => {
    Object.assign(data().setup, { phase: 'open', demo });
    data().connection.demo = demo;
    emit('setup:changed');
  };
  return {
    State: () => data().setup,
    StartDemo: () => open(true),
    LeaveDemo: () => {
      Object.assign(data().setup, { phase: 'first', demo: false });
      emit('setup:changed');
    },
    Connect: (request: app.ConnectRequest): app.ConnectResult => {
      open(false);
      return {
        displayNumber: '+49 30 901820',
        verifiedName: 'Blumen Anders',
        webhookUrl: `http://${request.listenAddr}/webhook`,
      };
    },
    Unlock: () => open(false),
    Reopen: () => open(false),
    ReplaceToken: () => {
      Object.assign(data().connection, { sending: 'ready', sendingCode: '' });
      emit('connection:changed');
    },
  };
}

/** The Go side of playing the customer. */
export function demoFake(
  data: () => FakeData,
  conversationOf: (customerId: string) => number,
  receive: (conversationId: number, text: string) => void,
  pass: () => void,
) {
  return {
    ListCustomers: () => data().people,
    Thread: (customerId: string): app.DemoMessage[] => {
      const rows = data().messages[conversationOf(customerId)] ?? [];
      return rows.slice(-20).map((row) => ({
        id: row.id,
        fromShop: row.direction !== 'in',
        kind: row.kind,
        text: row.text,
        sentAtMs: row.sentAtMs,
        status: row.direction === 'in' ? 'delivered' : '',
      }));
    },
    Say: (request: app.DemoSayRequest) => receive(conversationOf(request.customerId), request.text),
    Scan: (request: app.DemoScanRequest): string => {
      receive(conversationOf(request.customerId), 'Guten Tag');
      pass();
      return 'Guten Tag';
    },
  };
}
