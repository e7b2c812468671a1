// The guided setup and the page about the connection, for the contact sheet.
const name = { de: 'Einrichtung beginnen', en: 'Begin the setup' };
const resume = { de: 'Einrichtung fortsetzen', en: 'Go on with the setup' };

const first = () => Object.assign(window.fake.data.setup, { phase: 'first' });

const enter = (words) => async (page, language) => {
  await page.getByRole('button', { name: words[language], exact: true }).click();
  await page.getByRole('heading', { level: 2 }).first().waitFor();
};

const step = (word, more = () => {}, size = { width: 1280, height: 1250 }) => ({
  name: `guide-${word}`,
  size,
  change: `(${first})(); window.fake.guideAt('${word}'); (${more})();`,
  go: enter(resume),
});

const foot = { de: /^Verbunden|^Empfang|^Kein/, en: /^Connected|^Receiving|^No/ };

const connection = async (page, language) => {
  await page.getByRole('navigation').getByRole('button', { name: foot[language] }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.getByRole('heading', { level: 2 }).first().waitFor();
};

const tall = { width: 1280, height: 1700 };

export const connectScreens = [
  { name: 'connection', size: tall, go: connection },
  {
    name: 'connection-trouble',
    size: tall,
    change: () => {
      const line = (word, state, rest = {}) => ({
        word,
        state,
        code: '',
        number: 0,
        value: '',
        atMs: 0,
        ...rest,
      });
      const lines = [
        line('health.callback', 'failed'),
        line('health.quality', 'failed'),
        line('token.life', 'warn', { atMs: Date.now() + 2 * 86_400_000 }),
        line('health.unverified', 'failed', { number: 3 }),
        line('health.waiting', 'warn', { number: 4, atMs: Date.now() - 7_200_000 }),
      ];
      window.fake.connect.health.findings.splice(0, 4, ...lines);
    },
    go: connection,
  },
  {
    name: 'connection-unpaired',
    size: tall,
    change: () => Object.assign(window.fake.connect.relay, { paired: false, devices: [] }),
    go: connection,
  },
  {
    name: 'attention',
    change: () => {
      const alert = { word: 'health.payment', state: 'failed', code: '', number: 0, value: '', atMs: 0 };
      window.fake.connect.health.alerts = [alert, alert];
    },
    go: (page) => page.locator('.attention').waitFor(),
  },
  {
    name: 'diagnosis',
    go: async (page, language) => {
      await connection(page, language);
      await page
        .getByRole('button', { name: language === 'de' ? 'Bericht ansehen' : 'Read the report' })
        .click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'guide-start',
    size: { width: 1280, height: 1500 },
    change: first,
    go: enter(name),
  },
  {
    ...step('token', () => {
      const line = (word, state, value = '') => ({ word, state, code: '', number: 0, value, atMs: 0 });
      Object.assign(window.fake.connect.guide.steps[0], {
        state: 'failed',
        findings: [
          line('token.valid', 'passed'),
          line('token.scope', 'passed', 'whatsapp_business_messaging'),
          line('token.scope', 'failed', 'whatsapp_business_management'),
          line('token.kind', 'warn'),
        ],
      });
    }),
  },
  {
    ...step('number'),
    go: async (page, language) => {
      await enter(resume)(page, language);
      await page.getByRole('radio').last().check();
      await page.getByRole('checkbox').waitFor();
    },
  },
  step('secret'),
  step('region'),
  step('register'),
  step('relay'),
  step('callback', () => {
    Object.assign(window.fake.connect.guide.steps[6], {
      state: 'failed',
      findings: [
        { word: 'callback.subscribed', state: 'passed', code: '', number: 0, value: '', atMs: 0 },
        { word: 'callback.set', state: 'failed', code: 'invalid', number: 2200, value: '', atMs: 0 },
      ],
    });
  }),
  step('test'),
  {
    ...step('token', () => {}, { width: 600, height: 1400 }),
    name: 'guide-narrow',
    languages: ['de'],
  },
  {
    ...step('relay', () => {}, { width: 1280, height: 1600 }),
    name: 'guide-zoom-200',
    languages: ['de'],
    settings: { zoom: 200 },
  },
];
