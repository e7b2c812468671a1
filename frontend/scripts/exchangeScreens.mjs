// The screens of the contact sheet about entries that are one person, imports and exports.
const words = {
  compare: { de: 'Vergleichen', en: 'Compare' },
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
];
