// The screens of the contact sheet about data protection.
const words = {
  privacy: { de: 'Datenschutz', en: 'Privacy' },
  ask: { de: 'Einwilligung erfragen', en: 'Ask for consent' },
  record: { de: 'Erklärung eintragen', en: 'Enter a declaration' },
  papers: { de: 'Nachweise', en: 'Papers' },
  breaches: { de: 'Datenpannen', en: 'Data breaches' },
  begin: { de: 'Datenpanne eintragen', en: 'Enter a data breach' },
  access: { de: 'Auskunft zusammenstellen', en: 'Prepare a copy of the data' },
};

const person = async (page, language, word) => {
  await page.getByRole('option').first().click();
  await page.getByRole('button', { name: words[word][language], exact: true }).click();
  await page.getByRole('dialog').waitFor();
};

const papers = async (page, language) => {
  await page.getByRole('navigation').getByRole('button', { name: words.privacy[language] }).click();
  await page.getByRole('button', { name: words.papers[language], exact: true }).click();
  await page.getByRole('list', { name: words.papers[language] }).getByRole('button').first().waitFor();
};

export const privacyScreens = [
  {
    name: 'privacy',
    size: { width: 1280, height: 1700 },
    go: async (page, language) => {
      await page.getByRole('navigation').getByRole('button', { name: words.privacy[language] }).click();
      await page.locator('input[type=number]').first().waitFor();
    },
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
