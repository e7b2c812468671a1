import { EventsOn } from '~/wailsjs/runtime/runtime';

/** The events of app/events.go. They say what changed; whoever listens asks again. */
export interface EventMap {
  'conversation:changed': { conversationId: number; new: boolean };
  'customer:changed': { customerId: string; erased: boolean };
  'connection:changed': undefined;
  'erasure:progress': { jobId: number };
  'setup:changed': undefined;
  'voice:level': { id: string; samples: number; level: number };
  'upload:progress': { messageId: string; sent: number; total: number };
  'codes:changed': undefined;
  'search:changed': undefined;
  'texts:changed': undefined;
  'broadcasts:changed': undefined;
  'work:changed': undefined;
  'counter:changed': undefined;
  'attention:clicked': { conversationId: number };
  'task:progress': { token: string; done: number; total: number };
  'media:progress': { messageId: string; done: number; total: number };
}

/** Listens to an event; the result stops listening. */
export function on<N extends keyof EventMap>(name: N, handler: (payload: EventMap[N]) => void): () => void {
  return EventsOn(name, handler);
}
