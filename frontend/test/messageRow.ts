import { app } from '../src/wailsjs/go/models';

/** A message row with everything that is usual left out. */
export function message(
  part: Partial<app.MessageRow> & Pick<app.MessageRow, 'id' | 'conversationId'>,
): app.MessageRow {
  return {
    direction: 'in',
    kind: 'text',
    typeName: '',
    text: '',
    fileName: '',
    sentAtMs: Date.now(),
    editedAtMs: 0,
    automatic: false,
    revoked: false,
    kept: false,
    translated: false,
    status: part.direction === 'out' ? 'read' : '',
    statusAtMs: 0,
    failureCode: '',
    failureNumber: 0,
    failureTopic: '',
    forwarded: false,
    reactions: [],
    heldUntilMs: 0,
    retried: false,
    imported: false,
    hints: [],
    ...part,
  };
}
