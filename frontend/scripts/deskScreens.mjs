// The screens of the contact sheet about the lock, the roles and the parts of the settings.
const words = {
  settings: { de: 'Einstellungen', en: 'Settings' },
  protection: { de: 'Schutz', en: 'Protection' },
  files: { de: 'Dateien & Übersetzung', en: 'Files & translation' },
  connection: { de: 'Verbindung & Über', en: 'Connection & about' },
  work: { de: 'Arbeiten', en: 'Work' },
  turnOn: { de: 'Sperre einrichten', en: 'Set up the lock' },
  lost: { de: 'PIN vergessen', en: 'PIN forgotten' },
};

/** Opens a part of the settings. */
export const settingsPart = (name) => async (page, language) => {
  await page
    .getByRole('navigation')
    .getByRole('button', { name: words.settings[language], exact: true })
    .click();
  await page.getByRole('button', { name: words[name][language], exact: true }).click();
  await page.getByRole('heading', { level: 2 }).first().waitFor();
};

/** A shop with an owner, a colleague and an apprentice, all with PINs. */
const staffed = () => {
  const { state } = window.fake.counter;
  window.fake.work.state.colleagues = [
    { id: 1, name: 'Frau Blumberg' },
    { id: 2, name: 'Jana' },
    { id: 3, name: 'Mehmet-Ali Öztürk-Hohenlohe' },
  ];
  state.roles = { 1: 'owner', 2: 'staff', 3: 'reader' };
  state.pins = { 1: '4711', 2: '0815' };
  state.on = true;
  state.personId = 1;
};

const locked = `(${staffed.toString()})(); window.fake.counter.state.locked = true;`;

export const deskScreens = [
  {
    name: 'desk-locked',
    change: new Function(
      `${locked} window.fake.counter.state.personId = 2; window.fake.counter.state.waitMs = 30000;`,
    ),
    go: async (page) => {
      await page.locator('input[type=password]').fill('1234');
      await page.keyboard.press('Enter');
      await page.locator('[aria-invalid]').waitFor();
    },
  },
  {
    name: 'desk-who',
    change: new Function(`${locked} window.fake.counter.state.personId = 0;`),
    go: (page) => page.getByRole('listitem').first().waitFor(),
  },
  {
    name: 'desk-lost-narrow',
    size: { width: 400, height: 900 },
    change: new Function(locked),
    go: (page, language) => page.getByRole('button', { name: words.lost[language] }).click(),
  },
  {
    name: 'desk-off',
    size: { width: 1280, height: 1100 },
    go: async (page, language) => {
      await settingsPart('protection')(page, language);
      await page.getByRole('button', { name: words.turnOn[language] }).click();
      await page.getByRole('button', { name: words.turnOn[language] }).click();
    },
  },
  {
    name: 'desk-protection',
    size: { width: 1280, height: 2000 },
    change: staffed,
    go: settingsPart('protection'),
  },
  {
    name: 'desk-notify',
    size: { width: 1280, height: 1500 },
    change: () => {
      const { state } = window.fake.attention;
      Object.assign(state.form, { show: 'name', quietFrom: '20:00', quietUntil: '08:00', quietDays: [0] });
    },
    go: async (page, language) => {
      await settingsPart('protection')(page, language);
      await page.locator('input[type=time]').first().waitFor();
    },
  },
  {
    name: 'desk-hint',
    change: () => {
      const rows = window.fake.data.messages[1];
      rows.at(-1).hints = ['health', 'iban'];
      rows.at(-1).direction = 'in';
    },
    go: async (page) => {
      await page.getByRole('option').first().click();
      await page.getByRole('note').waitFor();
    },
  },
  {
    name: 'desk-reader',
    size: { width: 1280, height: 1000 },
    change: new Function(
      `(${staffed.toString()})(); Object.assign(window.fake.counter.state, { personId: 3, role: 'reader' });`,
    ),
    go: async (page) => {
      await page.getByRole('option').first().click();
      await page.locator('article').first().waitFor();
    },
  },
  { name: 'desk-work', size: { width: 1280, height: 1800 }, go: settingsPart('work') },
  { name: 'desk-connection', size: { width: 1280, height: 1000 }, go: settingsPart('connection') },
];
