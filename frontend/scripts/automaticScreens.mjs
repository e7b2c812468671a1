// Messages the shop sends by itself on the contact sheet.
const words = {
  texts: { de: 'Texte', en: 'Texts' },
  automatic: { de: 'Automatisch', en: 'Automatic' },
  answers: { de: /^Begrüßung und Abwesenheit/, en: /^Greeting and absence/ },
  intake: { de: /^Fragen vorab/, en: /^Questions first/ },
  generated: { de: /^Erzeugte Texte/, en: /^Generated texts/ },
};

const open = async (page, language, part) => {
  await page.getByRole('button', { name: words.texts[language], exact: true }).click();
  await page.getByRole('tab', { name: words.automatic[language], exact: true }).click();
  if (part) await page.getByRole('button', { name: words[part][language] }).click();
  await page.locator('.work h2').waitFor();
};

const tall = { width: 1280, height: 1700 };

export const automaticScreens = [
  { name: 'automatic-notice', size: tall, go: (page, language) => open(page, language) },
  { name: 'automatic-answers', size: tall, go: (page, language) => open(page, language, 'answers') },
  {
    name: 'automatic-intake',
    size: { width: 1280, height: 2300 },
    go: (page, language) => open(page, language, 'intake'),
  },
  { name: 'automatic-generated', size: tall, go: (page, language) => open(page, language, 'generated') },
  {
    name: 'automatic-narrow',
    size: { width: 640, height: 2300 },
    themes: ['light'],
    go: (page, language) => open(page, language),
  },
];
