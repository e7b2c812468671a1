// The screens of the contact sheet about data protection.
import { unfold } from './unfold.mjs';

const words = {
  privacy: { de: 'Datenschutz', en: 'Privacy' },
  ask: { de: 'Einwilligung erfragen', en: 'Ask for consent' },
  record: { de: 'Erklärung eintragen', en: 'Enter a declaration' },
  papers: { de: 'Nachweise', en: 'Papers' },
  breaches: { de: 'Datenpannen', en: 'Data breaches' },
  begin: { de: 'Datenpanne eintragen', en: 'Enter a data breach' },
  keeping: { de: 'Aufbewahrung', en: 'Retention' },
  kind: { de: /^Auskunft/, en: /^Access/ },
  erasure: { de: /^Löschung/, en: /^Erasure/ },
  receipt: { de: 'Eingang bestätigen', en: 'Confirm receipt' },
  take: { de: 'Anfrage aufnehmen', en: 'Take down a request' },
  log: { de: 'Protokoll', en: 'Log' },
  test: { de: 'Jetzt testen', en: 'Test now' },
  passed: { de: 'Bestanden', en: 'Passed' },
  wipe: { de: 'Alles entfernen …', en: 'Remove everything …' },
  erase: { de: 'Person löschen …', en: 'Delete this person …' },
  access: { de: 'Auskunft zusammenstellen', en: 'Prepare a copy of the data' },
};

const person = async (page, language, word) => {
  await page.getByRole('option').first().click();
  if (word === 'access') await unfold(page, 'rights', language);
  await page.getByRole('button', { name: words[word][language], exact: true }).click();
  await page.getByRole('dialog').waitFor();
};

const papers = async (page, language) => {
  await page.getByRole('navigation').getByRole('button', { name: words.privacy[language] }).click();
  await page.getByRole('button', { name: words.papers[language], exact: true }).click();
  await page.getByRole('list', { name: words.papers[language] }).getByRole('button').first().waitFor();
};

const requests = async (page, language) => {
  await page.evaluate(() => {
    const { fake } = window;
    const [a, b, c] = fake.data.customers;
    const day = 86_400_000;
    const now = Date.now();
    fake.cases.add(a.id, 'access', { receivedAtMs: now - 3 * day });
    fake.cases.add(b.id, 'erasure', { state: 'work', receivedAtMs: now - 26 * day, reminds: true });
    fake.cases.add(c.id, 'objection', {
      state: 'checked',
      receivedAtMs: now - 33 * day,
      reminds: true,
      overdue: true,
    });
    fake.cases.add(c.id, 'restriction', {
      state: 'answered',
      receivedAtMs: now - 60 * day,
      restricted: true,
      name: '',
    });
    fake.emit('customer:changed', { customerId: a.id, erased: false });
  });
  await page.getByRole('navigation').getByRole('button', { name: words.privacy[language] }).click();
  await page.getByText('DS-2026-0001').waitFor();
};

const request = async (page, language) => {
  await requests(page, language);
  await page.getByRole('button', { name: words.kind[language] }).click();
  await page.getByRole('button', { name: words.receipt[language] }).waitFor();
};

export const privacyScreens = [
  {
    name: 'cases-empty',
    go: async (page, language) => {
      await page.getByRole('navigation').getByRole('button', { name: words.privacy[language] }).click();
      await page.getByRole('button', { name: words.take[language] }).waitFor();
    },
  },
  { name: 'cases', size: { width: 1280, height: 1000 }, go: requests },
  { name: 'case', size: { width: 1280, height: 1000 }, go: request },
  {
    name: 'case-refused',
    size: { width: 1280, height: 1200 },
    change: () => window.fake.cases.add(window.fake.data.customers[0].id, 'erasure', { state: 'refused' }),
    go: async (page, language) => {
      await page.getByRole('navigation').getByRole('button', { name: words.privacy[language] }).click();
      await page.getByRole('button', { name: words.erasure[language] }).first().click();
      await page.locator('#case-next').waitFor();
    },
  },
  {
    name: 'case-letter',
    size: { width: 1280, height: 1000 },
    go: async (page, language) => {
      await request(page, language);
      await page.getByRole('button', { name: words.receipt[language] }).click();
      await page.getByRole('dialog').locator('section').waitFor();
    },
  },
  {
    name: 'case-take',
    size: { width: 1280, height: 1000 },
    go: async (page, language) => {
      await requests(page, language);
      await page.getByRole('button', { name: words.take[language] }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'privacy',
    size: { width: 1280, height: 1700 },
    go: async (page, language) => {
      await page.getByRole('navigation').getByRole('button', { name: words.privacy[language] }).click();
      await page.getByRole('button', { name: words.keeping[language] }).click();
      await page.locator('input[type=number]').first().waitFor();
    },
  },
  {
    name: 'privacy-log',
    size: { width: 1280, height: 1900 },
    go: async (page, language) => {
      await page.getByRole('navigation').getByRole('button', { name: words.privacy[language] }).click();
      await page.getByRole('button', { name: words.log[language], exact: true }).click();
      await page.getByRole('button', { name: words.test[language], exact: true }).click();
      await page.getByText(words.passed[language], { exact: true }).waitFor();
    },
  },
  {
    name: 'privacy-wipe',
    size: { width: 1280, height: 1000 },
    go: async (page, language) => {
      await page.getByRole('navigation').getByRole('button', { name: words.privacy[language] }).click();
      await page.getByRole('button', { name: words.log[language], exact: true }).click();
      await page.getByRole('button', { name: words.wipe[language], exact: true }).click();
      await page.getByRole('dialog').getByText('/home/rosa/.local/share/Tresen').waitFor();
    },
  },
  {
    name: 'erase-plan',
    size: { width: 1280, height: 1200 },
    go: (page, language) => person(page, language, 'erase'),
  },
  {
    name: 'consent-ask',
    size: { width: 1280, height: 1000 },
    go: (page, language) => person(page, language, 'ask'),
  },
  {
    name: 'consent-record',
    size: { width: 1280, height: 1000 },
    go: (page, language) => person(page, language, 'record'),
  },
  {
    name: 'access-copy',
    size: { width: 1280, height: 1000 },
    go: (page, language) => person(page, language, 'access'),
  },
  {
    name: 'papers',
    size: { width: 1280, height: 900 },
    go: papers,
  },
  {
    name: 'papers-record',
    size: { width: 1280, height: 1400 },
    go: async (page, language) => {
      await papers(page, language);
      await page.getByRole('list', { name: words.papers[language] }).getByRole('button').first().click();
      await page.locator('article').waitFor();
    },
  },
  {
    name: 'papers-breach',
    size: { width: 1280, height: 1000 },
    go: async (page, language) => {
      await papers(page, language);
      await page.getByRole('button', { name: words.breaches[language] }).click();
      await page.getByRole('button', { name: words.begin[language] }).click();
      await page.locator('input[type=datetime-local]').waitFor();
    },
  },
];
