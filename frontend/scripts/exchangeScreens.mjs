// The screens of the contact sheet about entries that are one person, imports and exports.
import { unfold } from './unfold.mjs';

const words = {
  compare: { de: 'Vergleichen', en: 'Compare' },
  open: { de: 'Chat importieren', en: 'Import a chat' },
  choose: { de: 'Datei wählen', en: 'Choose a file' },
  privacy: { de: 'Datenschutz', en: 'Privacy' },
  backup: { de: 'Sicherung', en: 'Backup' },
  join: { de: 'Zusammenführen', en: 'Join' },
};

export const exchangeScreens = [
  {
    name: 'people-proposed',
    size: { width: 1280, height: 1100 },
    change: () => (window.fake.people.state.proposed = true),
    go: async (page, language) => {
      await page.getByRole('option').first().click();
      await page.getByRole('button', { name: words.compare[language] }).nth(1).waitFor();
      await page.getByRole('button', { name: words.compare[language] }).nth(1).scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'people-join',
    size: { width: 1280, height: 900 },
    change: () => (window.fake.people.state.proposed = true),
    go: async (page, language) => {
      await page.getByRole('button', { name: words.compare[language] }).first().click();
      await page.getByRole('button', { name: words.join[language], exact: true }).waitFor();
    },
  },
  {
    name: 'import-chat',
    size: { width: 1280, height: 1100 },
    change: () =>
      Object.assign(window.fake.chats.state.file, {
        example: '03/04/2025',
        dayFirst: '2025-04-03',
        monthFirst: '2025-03-04',
      }),
    go: async (page, language) => {
      await page.getByRole('option').first().click();
      await unfold(page, 'more', language);
      await page.getByRole('button', { name: words.open[language] }).click();
      await page.getByRole('button', { name: words.choose[language] }).click();
      await page.getByRole('radio').nth(1).check();
      await page.getByRole('radio').nth(2).check();
      await page.getByRole('dialog').getByRole('listitem').first().waitFor();
    },
  },
  {
    name: 'export-all',
    size: { width: 1280, height: 1500 },
    go: async (page, language) => {
      await page.getByRole('navigation').getByRole('button', { name: words.privacy[language] }).click();
      await page.getByRole('button', { name: words.backup[language], exact: true }).click();
      await page.getByRole('checkbox', { name: /AES-256/ }).uncheck();
    },
  },
];
