import type { app } from '~/wailsjs/go/models';

/** What stands in for app.Sending: files are what they claim to be, a film is refused. */
export class SendingFake {
  settings: app.SendingSettings = {
    undo: false,
    undoSeconds: 5,
    place: { set: false, latitude: 0, longitude: 0, name: 'Blumen Sonnenschein', address: '' },
  } as app.SendingSettings;
  /** Names and sizes of what waits, by id. */
  readonly files = new Map<string, { name: string; size: number; got: number; voice: boolean }>();
  readonly sent: app.SendFilesRequest[] = [];
  readonly reactions: app.ReactRequest[] = [];
  #next = 1;

  constructor(
    private readonly send: (part: Partial<app.MessageRow> & { conversationId: number }) => app.MessageRow,
    private readonly withdraw: (messageId: string) => app.MessageRow,
  ) {}

  methods() {
    return {
      GetSettings: () => this.settings,
      SaveSettings: (settings: app.SendingSettings) => void (this.settings = settings),
      BeginFile: (request: app.BeginFileRequest) => this.#begin(request.name, request.size, false),
      BeginVoice: () => this.#begin('', 0, true),
      RecordVoice: (): string => {
        throw new Error(JSON.stringify({ code: 'not_found' }));
      },
      AppendFile: (request: app.AppendFileRequest) => {
        this.#file(request.id).got += atob(request.data).length;
      },
      FinishFile: (request: app.FinishFileRequest) => this.#staged(request.id, request.asDocument),
      FinishVoice: (id: string) => ({ file: this.#staged(id, false), preview: btoa('RIFF') }),
      DiscardFile: (id: string) => void this.files.delete(id),
      PickFiles: () => [],
      SendFiles: (request: app.SendFilesRequest) => {
        this.sent.push(request);
        return request.files.map((file) => {
          const { name } = this.#file(file.id);
          this.files.delete(file.id);
          return this.send({
            conversationId: request.conversationId,
            kind: 'document',
            fileName: name,
            text: file.caption,
          });
        });
      },
      SendPlace: (request: app.SendPlaceRequest) => {
        if (!this.settings.place.set) throw new Error(JSON.stringify({ code: 'invalid', field: 'place' }));
        return this.send({ conversationId: request.conversationId, kind: 'location' });
      },
      React: (request: app.ReactRequest) => void this.reactions.push(request),
      Withdraw: (messageId: string) => {
        const row = this.withdraw(messageId);
        return { conversationId: row.conversationId, text: row.text };
      },
    };
  }

  #begin(name: string, size: number, voice: boolean): string {
    const id = `file-${String(this.#next++)}`;
    this.files.set(id, { name, size, got: 0, voice });
    return id;
  }

  #file(id: string) {
    const file = this.files.get(id);
    if (!file) throw new Error(JSON.stringify({ code: 'not_found' }));
    return file;
  }

  #staged(id: string, asDocument: boolean): app.StagedRow {
    const file = this.#file(id);
    const film = file.name.endsWith('.mp4') && !asDocument;
    const picture = file.name.endsWith('.jpg');
    const kind = file.voice ? 'audio' : 'document';
    return {
      id,
      name: file.name,
      kind: picture ? 'image' : kind,
      type: picture ? 'image/jpeg' : 'application/pdf',
      bytes: file.got,
      voice: file.voice,
      width: 0,
      height: 0,
      preview: '',
      problem: film ? 'fileFilm' : '',
    };
  }
}
