// Snippets, templates and costs on the contact sheet.

import { numbersPage } from './broadcastScreens.mjs';

const words = {
  texts: { de: 'Texte', en: 'Texts' },
  templates: { de: 'Vorlagen', en: 'Templates' },
  choose: { de: 'Vorlage wählen', en: 'Choose a template' },
  list: { de: 'Liste zur Auswahl', en: 'List to choose from' },
  fresh: { de: 'Neue Vorlage', en: 'New template' },
  create: { de: 'Bei Meta einreichen', en: 'Hand in at Meta' },
};

const press = (page, word, language, role = 'button') =>
  page.getByRole(role, { name: words[word][language], exact: true }).click();

const conversation = async (page) => {
  await page.getByRole('option').first().click();
  await page.locator('article').first().waitFor();
};

const texts = async (page, language) => {
  await press(page, 'texts', language);
  await page.getByRole('tablist').waitFor();
};

const templates = async (page, language) => {
  await texts(page, language);
  await press(page, 'templates', language, 'tab');
  await page.getByText('abholbereit').first().waitFor();
};

const closed = () => {
  window.fake.data.conversations[0].windowClosesAtMs = Date.now() - 1;
};

const dialog = async (page, language) => {
  await conversation(page);
  await press(page, 'choose', language);
  await page.getByRole('dialog').getByText('abholbereit').waitFor();
};

export const textScreens = [
  {
    name: 'texts-snippets',
    go: async (page, language) => {
      await texts(page, language);
      await page.getByRole('button', { name: /hallo/ }).click();
      await page.locator('textarea').waitFor();
    },
  },
  {
    name: 'texts-snippet-list',
    size: { width: 1280, height: 1500 },
    go: async (page, language) => {
      await texts(page, language);
      await page.getByRole('button', { name: /wann/ }).click();
      await page.getByText('9 bis 12 Uhr').waitFor();
    },
  },
  {
    name: 'texts-empty',
    change: () => (window.fake.texts.state.snippets = []),
    go: texts,
  },
  {
    name: 'texts-narrow',
    size: { width: 640, height: 1200 },
    themes: ['light'],
    go: async (page, language) => {
      await texts(page, language);
      await page.getByRole('button', { name: /passt das/ }).click();
      await page.locator('textarea').waitFor();
    },
  },
  {
    name: 'texts-templates',
    go: async (page, language) => {
      await templates(page, language);
      await page.getByRole('button', { name: /rechnung/ }).click();
      await page.getByRole('heading', { name: 'rechnung' }).waitFor();
    },
  },
  {
    name: 'texts-template-new',
    size: { width: 1280, height: 1700 },
    change: () => {
      window.fake.texts.state.problems = [
        { field: 'name', rule: 'empty', limit: 0 },
        { field: 'body', rule: 'variables', limit: 0 },
      ];
    },
    go: async (page, language) => {
      await templates(page, language);
      await page.getByRole('button', { name: /frage_zur/ }).click();
      await press(page, 'create', language);
      await page.locator('[aria-invalid]').first().waitFor();
    },
  },
  {
    name: 'snippet-pick',
    go: async (page) => {
      await conversation(page);
      await page.locator('textarea').fill('');
      await page.keyboard.type('/');
      await page.getByRole('listbox').last().getByText('hallo').waitFor();
      await page.keyboard.press('ArrowDown');
    },
  },
  {
    name: 'snippet-open',
    change: () => {
      window.fake.data.conversations[0].nameSource = 'profile';
    },
    go: async (page) => {
      await conversation(page);
      await page.locator('textarea').fill('');
      await page.keyboard.type('/hallo');
      await page.getByRole('listbox').last().getByText('hallo').waitFor();
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => document.querySelector('textarea').value.includes('{Name}'));
      await page.keyboard.press('Enter');
    },
  },
  {
    name: 'snippet-offer',
    go: async (page) => {
      await conversation(page);
      await page.locator('textarea').fill('');
      await page.keyboard.type('/passt');
      await page.getByRole('listbox').last().getByText('passt das').first().waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'template-choice', change: closed, go: dialog },
  {
    name: 'template-fill',
    change: closed,
    go: async (page, language) => {
      await dialog(page, language);
      await page.getByRole('dialog').getByText('abholbereit').click();
      await page.getByRole('dialog').locator('input').last().fill('4711');
    },
  },
  {
    name: 'template-refused',
    change: closed,
    go: async (page, language) => {
      await dialog(page, language);
      await page.getByRole('dialog').getByText('fruehlingsgruss').click();
      await page.getByRole('dialog').getByText('Tulpen').last().waitFor();
    },
  },
  {
    name: 'template-sent',
    change: closed,
    go: async (page, language) => {
      await dialog(page, language);
      await page.getByRole('dialog').getByText('abholbereit').click();
      for (const field of await page.getByRole('dialog').locator('input').all()) await field.fill('4711');
      await page.getByRole('dialog').getByRole('button').last().click();
      await page.locator('article').last().getByText('4711').waitFor();
    },
  },
  {
    name: 'costs',
    size: { width: 1280, height: 1900 },
    change: () => {
      const { state } = window.fake.texts;
      state.costs.silent = 3;
      state.costs.crowdedCustomers = 1;
      state.limits = [{ kind: 'quality', word: 'RED', number: 0, atMs: Date.now() }];
      state.costs.notices = [{ kind: 'limit', word: 'TIER_250', number: 0, atMs: Date.now() }];
    },
    go: async (page, language) => {
      await numbersPage(page, language);
      await page.getByRole('table').first().waitFor();
      await page.locator('summary').last().click();
    },
  },
  {
    name: 'costs-payment',
    size: { width: 1280, height: 1900 },
    themes: ['light'],
    change: () => {
      const { state } = window.fake.texts;
      state.costs.payment = true;
      state.costs.serviceUsed = 1012;
    },
    go: async (page, language) => {
      await numbersPage(page, language);
      await page.getByRole('table').first().waitFor();
    },
  },
];
