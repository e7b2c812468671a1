/** The fake Go side of the profile area: shop details, profile, imprint and website. */
import type { app, imprint, profile } from '../src/wailsjs/go/models';

const empty = { name: '', address: '', web: '' };

function legal(): imprint.Details {
  return {
    form: 'de-sole',
    name: '',
    people: ['Anna Anders'],
    partner: { name: '', register: { court: '', number: '' } },
    street: 'Neue Gasse 1',
    postalCode: '80331',
    city: 'München',
    email: 'laden@anders.example',
    phone: '+49 89 123456',
    register: { court: '', number: '' },
    vatId: '',
    businessId: '',
    authority: { ...empty },
    profession: { title: '', state: '', chamber: { ...empty }, rules: '', rulesWeb: '' },
    membership: '',
    purpose: '',
    liquidation: false,
    editor: { ...empty },
    dispute: { stance: '', body: { ...empty } },
  };
}

const item = (key: string, required = false): app.LegalItem => ({
  key,
  required,
  norm: required ? '§ 5 Abs. 1 Nr. 1 DDG' : '',
});

export interface ProfileFakeData {
  shop: app.ShopDesk;
  profile: app.ProfileDesk;
  username: app.UsernameRow;
  automation: app.Automation;
  text: app.LegalText;
  report: app.PageReport;
  website: app.WebsiteForm;
  notices: app.NoticeRow[];
  reminders: app.Reminder[];
}

export function profileData(): ProfileFakeData {
  const day = { spans: [{ from: '09:00', to: '18:00' }] };
  const shown: profile.Profile = {
    about: 'Blumen, Kränze, Gestecke',
    address: 'Neue Gasse 1, 80331 München',
    description: 'Impressum: anders.example/impressum\nFrische Blumen am Markt.',
    email: 'laden@anders.example',
    websites: ['https://anders.example/impressum'],
    vertical: 'RETAIL',
  };
  return {
    shop: {
      details: {
        brand: 'Blumen Anders',
        imprint: legal(),
        web: 'https://anders.example',
        imprintUrl: 'https://anders.example/impressum',
        privacyUrl: 'https://anders.example/datenschutz#whatsapp',
        privacy: {
          enquiryMonths: 6,
          orderMonths: 12,
          region: '',
          authority: 'BayLDA, Promenade 18, 91522 Ansbach',
        },
        week: [day, day, day, day, day, { spans: [{ from: '09:00', to: '14:00' }] }, { spans: [] }].map((d) =>
          structuredClone(d),
        ),
        exceptions: [{ from: '2026-12-27', to: '2027-01-03', spans: [], note: 'Betriebsferien' }],
        region: 'DE-BY',
        holidaysClosed: true,
      },
      regions: ['DE-BW', 'DE-BY', 'DE-BE', 'AT'],
      forms: [
        {
          form: 'de-sole',
          country: 'DE',
          items: [item('name'), item('people', true), item('vatId'), item('authority'), item('dispute')],
        },
        {
          form: 'de-gmbh',
          country: 'DE',
          items: [item('name', true), item('people', true), item('register', true)],
        },
        {
          form: 'at-eu',
          country: 'AT',
          items: [item('name', true), item('people', true), item('purpose', true)],
        },
        { form: 'ch-sole', country: 'CH', items: [item('people', true)] },
      ],
      limits: { brand: 75, web: 256, note: 60, exceptions: 60, spans: 4 },
    },
    profile: {
      profile: shown,
      hasPicture: false,
      picture: '',
      proposal: { ...shown, websites: [...shown.websites, 'https://anders.example'] },
      limits: [
        { field: 'about', min: 1, max: 139 },
        { field: 'address', min: 0, max: 256 },
        { field: 'description', min: 0, max: 256 },
        { field: 'email', min: 0, max: 128 },
        { field: 'websites', min: 0, max: 256 },
      ],
      verticals: ['OTHER', 'RETAIL', 'RESTAURANT'],
      imprintUrl: 'https://anders.example/impressum',
      number: '+49 89 123456',
      name: 'Blumen Anders',
    },
    username: { name: '', status: '' },
    automation: {
      welcome: false,
      prompts: ['Haben Sie heute offen?'],
      commands: [{ name: 'termin', hint: 'Termin anfragen' }],
    },
    text: {
      problems: [],
      title: 'Impressum',
      basis: 'Angaben nach § 5 des Digitale-Dienste-Gesetzes (DDG)',
      draft: 'Entwurf – bitte prüfen lassen. Rechtsstand der Vorlage: 05.08.2026.',
      version: 'imprint-DE-2026-11',
      asAt: '2026-08-05',
      sections: [
        {
          heading: '',
          lines: [
            { label: 'Inhaber/in', text: 'Anna Anders' },
            { label: '', text: 'Neue Gasse 1, 80331 München' },
          ],
        },
        {
          heading: 'Kontakt',
          lines: [
            { label: 'Telefon', text: '+49 89 123456' },
            { label: 'E-Mail', text: 'laden@anders.example' },
          ],
        },
      ],
      plain: 'Impressum\nAnna Anders',
      fingerprint: 'f1',
      confirmed: false,
      changedSinceConfirmed: false,
      pageSaved: false,
      changedSinceSaved: false,
    },
    report: {
      address: 'https://anders.example/impressum',
      atMs: Date.now(),
      problems: 2,
      findings: [
        { code: 'answers', severity: 'found', key: '', norm: '', evidence: '' },
        { code: 'itemFound', severity: 'found', key: 'people', norm: '', evidence: 'Anna Anders' },
        {
          code: 'itemMissing',
          severity: 'problem',
          key: 'phone',
          norm: '§ 5 Abs. 1 Nr. 2 DDG',
          evidence: '',
        },
        { code: 'outdatedLaw', severity: 'problem', key: '', norm: '', evidence: '… nach § 5 TMG …' },
        { code: 'redirected', severity: 'hint', key: '', norm: '', evidence: 'www.anders.example' },
      ],
    },
    website: {
      language: 'de',
      label: '',
      text: '',
      colour: '#1d5c87',
      scheme: 'auto',
      floating: false,
      left: false,
      showHours: true,
      readConfirmation: false,
      person: '',
    },
    notices: [],
    reminders: [],
  };
}

function texts(form: app.WebsiteForm): app.WebsiteTexts {
  const label = form.label || 'Per WhatsApp schreiben';
  const snippet = `<!-- widget --><section lang="${form.language}"><button type="button">${label}</button></section>`;
  return {
    snippet,
    bytes: snippet.length,
    policy: "style-src 'sha256-a'; script-src 'sha256-b'",
    html: '<section></section>',
    style: '.w{}',
    styleName: 'tw-k7qf.css',
    script: 'void 0',
    scriptName: 'tw-k7qf.js',
    filesPolicy: "default-src 'none'",
    link: '<a href="https://wa.me/4989123456">Chat</a>',
    noticeId: 'W1-K7QF',
    notice: 'Chat mit Blumen Anders\nMit „Chat öffnen“ verlassen Sie diese Seite.',
    noticeVersion: 'notice-2026-11',
    text: form.text || 'Hallo, ich habe eine Frage:',
    signatureHtml: '<div>Blumen Anders</div>',
    signatureText: 'Blumen Anders\nTelefon: +49 89 123456',
    vcard: 'BEGIN:VCARD',
    previewPath: 'about:blank',
  };
}

type Bind = (name: string, methods: Record<string, (argument: never) => unknown>) => Record<string, unknown>;

/** The bound structs, for FakeBackend to install. */
export function profileFake(data: ProfileFakeData, bind: Bind): Record<string, unknown> {
  return {
    Shop: bind('Shop', {
      GetDetails: () => data.shop,
      SaveDetails: (details: app.ShopDetails) => {
        data.shop.details = details;
      },
      ListHolidays: (): app.HolidayRow[] => [{ day: '2026-12-25', name: 'Weihnachtstag' }],
      DescribeHours: (details: app.ShopDetails): app.HoursWords => ({
        summary: 'Mo–Fr 9–18 Uhr, Sa 9–14 Uhr',
        upcoming: details.exceptions.map((e) => ({ days: e.from, times: 'geschlossen', note: e.note })),
      }),
    }),
    Profile: bind('Profile', {
      GetProfile: () => data.profile,
      ReviewProfile: (edit: app.ProfileEdit): app.ProfileReview => ({
        changes: [{ field: 'about', before: edit.seen.about, after: edit.new.about }],
        advice: ['imprintInDescription'],
      }),
      SaveProfile: (edit: app.ProfileEdit): app.ProfileSaved => {
        data.profile.profile = edit.new;
        return {
          profile: edit.new,
          hasPicture: edit.picture !== '',
          changes: [{ field: 'about', before: edit.seen.about, after: edit.new.about }],
          notTaken: [],
        };
      },
      CropPicture: () => 'AAAA',
      GetUsername: () => data.username,
      SetUsername: (name: string) => {
        data.username = { name, status: name ? 'reserved' : '' };
        return data.username;
      },
      GetAutomation: (): app.AutomationDesk => ({
        automation: data.automation,
        limits: { prompts: 3, prompt: 80, commands: 30, name: 30, hint: 256 },
      }),
      SaveAutomation: (automation: app.Automation) => {
        data.automation = automation;
        return automation;
      },
    }),
    Imprint: bind('Imprint', {
      GetText: () => data.text,
      Confirm: (request: app.ConfirmRequest) => {
        const confirmed = request.fingerprint !== '';
        data.text = { ...data.text, confirmed, draft: confirmed ? '' : 'Entwurf – bitte prüfen lassen.' };
        return data.text;
      },
      SavePage: (): app.PrintSaved => ({ saved: true }),
      Check: () => data.report,
      ListReminders: () => data.reminders,
    }),
    Website: bind('Website', {
      GetForm: (): app.WebsiteDesk => ({ form: data.website, maxLabel: 40, maxText: 140, maxWidget: 6000 }),
      SaveForm: (form: app.WebsiteForm) => {
        data.website = form;
      },
      Build: texts,
      Take: texts,
      SaveFile: (): app.PrintSaved => ({ saved: true }),
      ListShownNotices: () => data.notices,
    }),
  };
}
