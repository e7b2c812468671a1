// The screens of the contact sheet that show every kind of message that is no file, and translation.

import { settingsPart } from './deskScreens.mjs';

const conversation = async (page, index) => {
  await page.getByRole('option').nth(index).click();
  await page.locator('article').first().waitFor();
};

const key = { de: 'Schlüssel', en: 'Key' };

export const kindScreens = [
  { name: 'kinds-shared', size: { width: 1180, height: 2700 }, go: (page) => conversation(page, 8) },
  { name: 'kinds-notices', size: { width: 1180, height: 2900 }, go: (page) => conversation(page, 9) },
  {
    name: 'kinds-history',
    size: { width: 1180, height: 2600 },
    go: async (page, language) => {
      await conversation(page, 9);
      const edited = { de: 'bearbeitet', en: 'edited' }[language];
      await page.getByRole('button', { name: edited, exact: true }).click();
      await page.getByRole('dialog').locator('li').first().waitFor();
    },
  },
  {
    name: 'translation',
    change: () => {
      window.fake.translation.agree('api-free.deepl.com');
      Object.assign(window.fake.data.conversations[6], { interpreted: true, language: 'en' });
      const texts = ['Hello, do you still have *white roses*?', 'I need 25 for Saturday, please.'];
      const rows = window.fake.data.messages[7];
      rows[0].text = texts[0];
      rows[2].text = texts[1];
      const german = ['Hallo, haben Sie noch *weiße Rosen*?', 'Ich brauche 25 für Samstag, bitte.'];
      [0, 2].forEach((at, n) => {
        rows[at].translated = true;
        rows[at].translation = { text: german[n], from: 'en', to: 'de' };
      });
      rows[1].text = 'Good afternoon, what can I do for you?';
      rows[1].translation = { text: 'Guten Tag, was darf es sein?', from: 'de', to: 'en' };
    },
    go: async (page, language) => {
      await conversation(page, 6);
      await page.locator('textarea').fill('Ja, 25 Stück lege ich Ihnen gern zurück. Bis Samstag!');
      const translate = { de: 'Entwurf übersetzen', en: 'Translate draft' }[language];
      await page.getByRole('button', { name: translate }).click();
      await page.locator('.bar .draft').waitFor();
    },
  },
  {
    name: 'translation-error',
    change: () => {
      window.fake.translation.agree('api-free.deepl.com');
      Object.assign(window.fake.data.conversations[6], { interpreted: true, language: '' });
      window.fake.failing.set('Translation.Messages', { code: 'translate_quota' });
    },
    go: async (page) => {
      await conversation(page, 6);
      await page.locator('.bar .notice').waitFor();
    },
  },
  {
    name: 'translation-agree',
    go: async (page, language) => {
      await settingsPart('files')(page, language);
      await page.getByRole('radio', { name: /DeepL/ }).click();
      await page.getByRole('textbox', { name: key[language], exact: true }).fill('279a2e9d-83b3-c416:fx');
      await page.getByRole('textbox', { name: key[language], exact: true }).press('Enter');
      await page.getByRole('dialog').waitFor();
    },
  },
];
