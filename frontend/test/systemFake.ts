import type { app } from '../src/wailsjs/go/models';
import type { FakeData } from './fakeBackend';

/** The connection, the settings and links. */
export function systemFake(data: () => FakeData, emit: (name: string) => void) {
  return {
    Connection: () => data().connection,
    CheckConnection: () => {
      Object.assign(data().connection, {
        receiving: 'ready',
        receivingCode: '',
        sending: 'ready',
        sendingCode: '',
      });
      emit('connection:changed');
      return data().connection;
    },
    GetSettings: () => data().settings,
    SaveSettings: (settings: app.Settings) => {
      data().settings = settings;
    },
    CheckLink: (url: string): app.LinkCheck => {
      const parsed = new URL(url);
      return {
        allowed: ['http:', 'https:', 'mailto:'].includes(parsed.protocol),
        host: parsed.host,
        display: url,
        suspicious: parsed.host.includes('xn--') || parsed.username !== '',
      };
    },
    OpenLink: () => undefined,
  };
}

/** The printing screen; what a page looks like is the Go side's business. */
export function printFake(data: () => FakeData) {
  const { print } = data();
  return {
    GetDesk: () => print.desk,
    SaveForm: (form: app.PrintForm) => {
      print.desk.form = form;
    },
    FillFromShop: (form: app.PrintForm): app.PrintForm => ({
      ...form,
      address: 'Neue Gasse 1, 80331 München',
    }),
    ProposeText: (form: app.PrintForm) => `${form.language}: ${form.name}`,
    Preview: (form: app.PrintForm): app.PrintPreview => ({ ...print.preview, text: form.text }),
    PreviewCode: (form: app.PrintForm): app.PrintPreview => ({
      ...print.preview,
      picture: btoa(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h7v7h-7z"/></svg>',
      ),
      text: form.text,
    }),
    SetCentre: () => undefined,
    Open: () => undefined,
    Export: (): app.PrintSaved => ({ saved: true }),
  };
}
