/**
 * A Go side that lives in the page, for tests and for the contact sheet. It answers the bound methods
 * from memory and sends the same events. It is never part of the shipped window.
 */
import { app } from '../src/wailsjs/go/models';
import type { ErrorCode } from '../src/lib/api';
import { profileData, profileFake } from './profileFake';
import { connecting, connectMethods, guideBefore } from './connectFake';
import { message } from './messageRow';
import { mediaFake } from './mediaFake';
import { customersFake } from './customersFake';
import { demoFake, setupFake } from './beginningFake';
import { codesFake } from './codesFake';
import { SendingFake } from './sendingFake';
import { translationFake } from './translationFake';
import { chatImportFake, exportsFake } from './exchangeFake';
import { casesFake } from './casesFake';
import { peopleFake } from './peopleFake';
import { papersFake } from './papersFake';
import { automaticFake } from './automaticFake';
import { logFake } from './logFake';
import { privacyFake } from './privacyFake';
import { attentionFake } from './attentionFake';
import { broadcastFake } from './broadcastFake';
import { counterFake } from './counterFake';
import { searchFake } from './searchFake';
import { printFake, systemFake } from './systemFake';
import { textsFake } from './textsFake';
import { inView, viewCounts, workFake } from './workFake';

export { message };

type Handler = (...payload: unknown[]) => void;

export interface FakeData {
  setup: app.SetupState;
  connection: app.ConnectionState;
  settings: app.Settings;
  conversations: app.ConversationDetail[];
  messages: Record<number, app.MessageRow[]>;
  customers: app.CustomerDetail[];
  people: app.DemoCustomer[];
  print: { desk: app.PrintDesk; preview: app.PrintPreview };
}

const minute = 60_000;
const hour = 60 * minute;

export class FakeBackend {
  /** Every call in order, as "Inbox.SendText". */
  readonly calls: string[] = [];
  /** A method named here rejects with this code until it is taken out. */
  readonly failing = new Map<string, { code: ErrorCode; field?: string; reference?: string }>();
  /** Methods named here stay pending for ever. */
  readonly pending = new Set<string>();
  readonly profile = profileData();
  readonly search = searchFake(() => this.data);
  readonly texts = textsFake(
    () => this.data,
    (row) => {
      this.#add(row);
      this.emit('conversation:changed', { conversationId: row.conversationId, new: false });
    },
    () => this.emit('texts:changed'),
  );
  readonly sending = new SendingFake(
    (part) => {
      const id = String(this.#nextId++);
      const row = message({ direction: 'out', status: 'queued', ...part, id });
      this.#add(row);
      return row;
    },
    (messageId) => {
      const row = this.#find(messageId);
      const list = this.data.messages[row.conversationId] ?? [];
      list.splice(list.indexOf(row), 1);
      return row;
    },
  );
  readonly work = workFake(
    () => this.data,
    (name, payload) => this.emit(name, payload),
  );
  readonly attention = attentionFake(
    () => this.data,
    (name, payload) => this.emit(name, payload),
  );
  readonly counter = counterFake(
    (name) => this.emit(name),
    () => this.work.state.colleagues,
  );
  readonly broadcast = broadcastFake(
    () => this.texts.templates.GetDesk().templates,
    (name) => this.emit(name),
  );
  readonly connect = connecting(Date.now());
  /** Steps of the guided setup that fail. */
  readonly refuses = new Set<string>();
  readonly media = mediaFake(
    () => this.data,
    (name, payload) => this.emit(name, payload),
  );
  readonly codes = codesFake(
    () => this.data,
    (name) => this.emit(name),
  );
  readonly translation = translationFake(
    () => this.data,
    (name, payload) => this.emit(name, payload),
  );
  readonly papers = papersFake();
  readonly automatic = automaticFake();
  readonly log = logFake(
    () => this.#erase(),
    () => {
      this.data.setup.phase = 'wiped';
      this.emit('setup:changed');
    },
    (number) => this.cases.refuse(number),
  );
  readonly privacy = privacyFake((id) => {
    for (const [conversation, rows] of Object.entries(this.data.messages))
      this.data.messages[Number(conversation)] = rows.filter((row) => row.id !== id);
  });
  readonly exports = exportsFake((name, payload) => this.emit(name, payload));
  readonly chats = chatImportFake((name, payload) => this.emit(name, payload));
  readonly cases = casesFake(
    () => this.data,
    (name, payload) => this.emit(name, payload),
  );
  readonly people = peopleFake(
    () => this.data,
    (name, payload) => this.emit(name, payload),
  );
  readonly #handlers = new Map<string, Set<Handler>>();
  #nextId = 900_000;
  #report: app.ErasureReport | null = null;
  #erasing = '';

  constructor(public data: FakeData) {}

  /** The guided setup stands before a step. */
  guideAt(step: string): void {
    this.connect.guide = guideBefore(step, Date.now());
  }

  /** Puts itself where the generated bindings look. */
  install(target: object): void {
    const connect = connectMethods(this.connect, (name) => this.emit(name), this.refuses);
    Object.assign(target, {
      go: {
        app: {
          Inbox: this.#bind('Inbox', this.#inbox()),
          Customers: this.#bind(
            'Customers',
            customersFake(
              () => this.data,
              (name, payload) => this.emit(name, payload),
              (id) => this.#customer(id),
              { ask: (id) => (this.#erasing = id), report: () => this.#report },
            ),
          ),
          Erasing: this.#bind('Erasing', this.log.Erasing),
          Log: this.#bind('Log', this.log.Log),
          Wiping: this.#bind('Wiping', this.log.Wiping),
          Media: this.#bind('Media', this.media.methods),
          Print: this.#bind(
            'Print',
            printFake(() => this.data),
          ),
          Codes: this.#bind('Codes', this.codes.codes),
          Links: this.#bind('Links', this.codes.links),
          Sending: this.#bind('Sending', this.sending.methods()),
          Translation: this.#bind('Translation', this.translation.methods),
          Search: this.#bind('Search', this.search.methods),
          Snippets: this.#bind('Snippets', this.texts.snippets),
          Templates: this.#bind('Templates', this.texts.templates),
          Costs: this.#bind('Costs', this.texts.costs),
          Automatic: this.#bind('Automatic', this.automatic.methods),
          Broadcasts: this.#bind('Broadcasts', this.broadcast.broadcasts),
          Numbers: this.#bind('Numbers', this.broadcast.numbers),
          Work: this.#bind('Work', this.work.methods),
          ...profileFake(this.profile, (name, methods) => this.#bind(name, methods)),
          Setup: this.#bind(
            'Setup',
            setupFake(
              () => this.data,
              (name) => this.emit(name),
            ),
          ),
          System: this.#bind(
            'System',
            systemFake(
              () => this.data,
              (name) => this.emit(name),
            ),
          ),
          Relay: this.#bind('Relay', connect.Relay),
          Guide: this.#bind('Guide', connect.Guide),
          Health: this.#bind('Health', connect.Health),
          Papers: this.#bind('Papers', this.papers.papers),
          Retention: this.#bind('Retention', this.privacy.retention),
          Backups: this.#bind('Backups', this.privacy.backups),
          Consents: this.#bind('Consents', this.privacy.consents),
          Rights: this.#bind('Rights', this.privacy.rights),
          Cases: this.#bind('Cases', this.cases.methods),
          People: this.#bind('People', this.people.methods),
          ChatImports: this.#bind('ChatImports', this.chats.methods),
          Attention: this.#bind('Attention', this.attention.methods),
          Exports: this.#bind('Exports', this.exports.methods),
          Counter: this.#bind('Counter', this.counter.methods),
          Demo: this.#bind(
            'Demo',
            demoFake(
              () => this.data,
              (customerId) => this.#conversationOf(customerId),
              (conversationId, text) => void this.receive(conversationId, text),
              () => this.codes.pass(),
            ),
          ),
        },
      },
      runtime: {
        ClipboardSetText: () => Promise.resolve(true),
        WindowSetTitle: () => undefined,
        EventsOnMultiple: (name: string, handler: Handler) => {
          const handlers = this.#handlers.get(name) ?? new Set();
          this.#handlers.set(name, handlers.add(handler));
          return () => handlers.delete(handler);
        },
      },
    });
  }

  emit(name: string, payload?: unknown): void {
    for (const handler of this.#handlers.get(name) ?? []) handler(payload);
  }

  /** A customer writes. */
  receive(conversationId: number, text: string): app.MessageRow {
    const row = message({
      id: String(this.#nextId++),
      conversationId,
      direction: 'in',
      text,
      sentAtMs: Date.now(),
      status: '',
    });
    this.#add(row);
    const head = this.#head(conversationId);
    head.unread++;
    head.windowClosesAtMs = Date.now() + 24 * hour;
    this.emit('conversation:changed', { conversationId, new: true });
    return row;
  }

  /** A status comes back for one of the shop's messages. */
  report(conversationId: number, messageId: string, status: string): void {
    const row = this.data.messages[conversationId]?.find((candidate) => candidate.id === messageId);
    if (!row) throw new Error('no such message');
    row.status = status;
    row.statusAtMs = Date.now();
    this.emit('conversation:changed', { conversationId, new: false });
  }

  #erase(): app.ErasureReport {
    const customer = this.#customer(this.#erasing);
    customer.erasing = true;
    const names = ['lookup', 'contactBook', 'uploads', 'key', 'memory', 'rows', 'files', 'compact', 'scan'];
    this.#report = {
      jobId: 7,
      state: 'running',
      steps: names.map((name, index) => ({ name, state: index === 0 ? 'running' : 'waiting' })),
      erased: false,
      messages: customer.messages,
      media: customer.media,
      filesScanned: 0,
      filesSkipped: 0,
      bytesScanned: 0,
      scanHits: 0,
      contactBook: 'deleted',
      uploads: 2,
      uploadsDeleted: 2,
      uploadState: 'deleted',
      case: 'LV-2026-0007',
      failureCode: '',
      startedAtMs: Date.now(),
      endedAtMs: 0,
    };
    return this.#report;
  }

  /** The erasure takes its next steps, up to and including the named one. */
  advanceErasure(upTo: string): void {
    if (!this.#report) throw new Error('no erasure is running');
    const index = this.#report.steps.findIndex((step) => step.name === upTo);
    this.#report.steps.forEach((step, i) => {
      step.state = i < index ? 'done' : i === index ? 'running' : 'waiting';
    });
    this.#report.erased = index > 3;
    this.emit('erasure:progress', { jobId: this.#report.jobId });
  }

  finishErasure(result: Partial<app.ErasureReport> = {}): void {
    if (!this.#report) throw new Error('no erasure is running');
    for (const step of this.#report.steps) step.state = 'done';
    Object.assign(
      this.#report,
      { state: 'done', erased: true, filesScanned: 14, bytesScanned: 48_300_000 },
      result,
    );
    this.emit('erasure:progress', { jobId: this.#report.jobId });
  }

  #bind(name: string, methods: Record<string, (argument: never) => unknown>): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(methods).map(([method, run]) => [
        method,
        (argument: never) => {
          const id = `${name}.${method}`;
          this.calls.push(id);
          if (this.pending.has(id)) return new Promise(() => {});
          const failure = this.failing.get(id);
          if (failure) return Promise.reject(new Error(JSON.stringify(failure)));
          try {
            // The bridge copies: nothing the page changes reaches the Go side.
            const result = run(argument);
            return Promise.resolve(result === undefined ? null : structuredClone(result));
          } catch (reason) {
            return Promise.reject(reason instanceof Error ? reason : new Error(String(reason)));
          }
        },
      ]),
    );
  }

  #inbox() {
    return {
      ListConversations: (query: app.ConversationQuery): app.ConversationPage => {
        const all = inView(this.data.conversations, query);
        const from = query.cursor === '' ? 0 : Number(query.cursor);
        const to = from + query.limit;
        return {
          rows: all.slice(from, to),
          next: to < all.length ? String(to) : '',
          total: all.length,
          unread: this.data.conversations.filter((row) => row.unread > 0).length,
          counts: viewCounts(this.data.conversations),
        };
      },
      GetConversation: (id: number) => this.#head(id),
      ListMessages: (query: app.MessageQuery): app.MessagePage => {
        const all = this.data.messages[query.conversationId] ?? [];
        const place = (id: string) => all.findIndex((row) => row.id === id);
        let from = Math.max(0, all.length - query.limit);
        let to = all.length;
        if (query.before) {
          to = place(query.before);
          from = Math.max(0, to - query.limit);
        } else if (query.after) {
          from = place(query.after) + 1;
          to = Math.min(all.length, from + query.limit);
        } else if (query.around) {
          from = Math.max(0, place(query.around) - Math.floor(query.limit / 2));
          to = Math.min(all.length, from + query.limit);
        }
        return { messages: all.slice(from, to), hasOlder: from > 0, hasNewer: to < all.length };
      },
      SendText: (request: app.SendTextRequest): app.MessageRow => {
        const quoted = this.data.messages[request.conversationId]?.find((row) => row.id === request.replyTo);
        const row = message({
          id: String(this.#nextId++),
          conversationId: request.conversationId,
          direction: 'out',
          text: request.text,
          sentAtMs: Date.now(),
          status: 'queued',
        });
        if (quoted) {
          row.quote = {
            messageId: quoted.id,
            fromShop: quoted.direction !== 'in',
            kind: quoted.kind,
            text: quoted.text,
            revoked: false,
            hint: { type: '', count: 0 },
          };
        }
        this.#add(row);
        this.#head(request.conversationId).draft = '';
        return row;
      },
      Versions: (messageId: string): app.VersionRow[] => {
        const row = this.#find(messageId);
        return [{ atMs: row.sentAtMs, text: `${row.text} *früher*` }];
      },
      RemoveRevoked: (messageId: string) => {
        const row = this.#find(messageId);
        Object.assign(row, { kept: false, text: '' });
        delete row.content;
        this.emit('conversation:changed', { conversationId: row.conversationId, new: false });
      },
      SaveDraft: (request: app.DraftRequest) => {
        const head = this.#head(request.conversationId);
        head.draft = request.text;
        head.draftReplyTo = request.replyTo;
        this.emit('conversation:changed', { conversationId: request.conversationId, new: false });
      },
      MarkRead: (id: number) => {
        this.#head(id).unread = 0;
        this.emit('conversation:changed', { conversationId: id, new: false });
      },
      ResolveUnclear: (request: app.UnclearRequest) => {
        const row = this.#find(request.messageId);
        row.status = request.resend ? 'queued' : 'failed';
        row.failureCode = request.resend ? '' : 'unclear';
        this.emit('conversation:changed', { conversationId: row.conversationId, new: false });
      },
      Retry: (messageId: string): app.MessageRow => {
        const row = {
          ...this.#find(messageId),
          id: String(this.#nextId++),
          status: 'queued',
          sentAtMs: Date.now(),
        };
        this.#add(row);
        return row;
      },
    };
  }

  #conversationOf(customerId: string): number {
    return this.data.conversations.find((row) => row.customerId === customerId)?.id ?? 0;
  }

  #head(id: number): app.ConversationDetail {
    const head = this.data.conversations.find((row) => row.id === id);
    if (!head) throw new Error('{"code":"not_found"}');
    return head;
  }

  #customer(id: string): app.CustomerDetail {
    const customer = this.data.customers.find((row) => row.id === id);
    if (!customer) throw new Error('{"code":"not_found"}');
    return customer;
  }

  #find(messageId: string): app.MessageRow {
    const row = Object.values(this.data.messages)
      .flat()
      .find((candidate) => candidate.id === messageId);
    if (!row) throw new Error('{"code":"not_found"}');
    return row;
  }

  #add(row: app.MessageRow): void {
    (this.data.messages[row.conversationId] ??= []).push(row);
    const head = this.#head(row.conversationId);
    Object.assign(head, {
      preview: row.text.slice(0, 120),
      previewKind: row.kind,
      previewFromShop: row.direction !== 'in',
      previewStatus: row.status,
      previewRevoked: row.revoked,
      previewHint: { type: '', count: 0 },
      lastAtMs: row.sentAtMs,
    });
  }
}
