// Broadcasts and the numbers on the contact sheet.

const words = {
  texts: { de: 'Texte', en: 'Texts' },
  numbers: { de: 'Zahlen', en: 'Numbers' },
  broadcast: { de: 'Rundnachricht', en: 'Broadcast' },
  fresh: { de: 'Neue Rundnachricht', en: 'New broadcast' },
  check: { de: 'Prüfen und beginnen', en: 'Check and begin' },
  begin: { de: 'Rundnachricht beginnen', en: 'Begin broadcast' },
  months: { de: '12 Monate', en: '12 months' },
  nameless: { de: 'Anrede für Personen ohne Namen', en: 'How to address people without a name' },
};

const press = (page, word, language, role = 'button') =>
  page.getByRole(role, { name: words[word][language], exact: true }).click();

export const numbersPage = async (page, language) => {
  await press(page, 'numbers', language);
  await page.getByRole('heading', { level: 2 }).first().waitFor();
};

const tab = async (page, language) => {
  await press(page, 'texts', language);
  await press(page, 'broadcast', language, 'tab');
};

const form = async (page, language) => {
  await tab(page, language);
  await press(page, 'fresh', language);
  await page.getByLabel(words.nameless[language]).fill('Moin');
};

const full = () => {
  window.fake.broadcast.state.numbers = true;
};

export const broadcastScreens = [
  { name: 'numbers-empty', size: { width: 1280, height: 1300 }, go: numbersPage },
  { name: 'numbers-days', size: { width: 1280, height: 2700 }, change: full, go: numbersPage },
  {
    name: 'numbers-months',
    size: { width: 640, height: 1500 },
    themes: ['light'],
    change: full,
    go: async (page, language) => {
      await numbersPage(page, language);
      await press(page, 'months', language);
      await page.locator('summary').first().click();
    },
  },
  {
    name: 'broadcast-nobody',
    themes: ['light'],
    change: () => {
      window.fake.broadcast.state.agreed = 0;
    },
    go: tab,
  },
  {
    name: 'broadcast-form',
    size: { width: 1280, height: 1500 },
    change: () => {
      window.fake.broadcast.state.betterAtMs = Date.now() + 36_000_000;
    },
    go: form,
  },
  {
    name: 'broadcast-confirm',
    go: async (page, language) => {
      await form(page, language);
      await press(page, 'check', language);
      await page.getByRole('dialog').locator('input').fill('3');
    },
  },
  {
    name: 'broadcast-runs',
    size: { width: 1280, height: 900 },
    go: async (page, language) => {
      await form(page, language);
      await press(page, 'check', language);
      await page.getByRole('dialog').locator('input').fill('4');
      await press(page, 'begin', language);
      await page.getByRole('table').waitFor();
    },
  },
];
