// The screens of the contact sheet that show the shop's window side: profile, imprint, website, print and links.
const words = {
  print: { de: 'Aushang & QR', en: 'Print & QR' },
  profile: { de: 'Profil & Impressum', en: 'Profile & imprint' },
  whatsapp: { de: 'WhatsApp-Profil', en: 'WhatsApp profile' },
  legal: { de: 'Impressum & Datenschutz', en: 'Imprint & privacy' },
  website: { de: 'Website & E-Mail', en: 'Website & e-mail' },
  checkPage: { de: 'Impressum jetzt prüfen', en: 'Check the imprint now' },
  review: { de: 'Änderungen ansehen', en: 'Look at the changes' },
};

const button = (page, word, language) =>
  page.getByRole('button', { name: words[word][language], exact: true });

const profile = async (page, language, section) => {
  await page.getByRole('navigation').getByRole('button', { name: words.profile[language] }).click();
  await page.locator('form').first().waitFor();
  if (section) await button(page, section, language).click();
};

const parts = {
  code: { de: 'Link und QR-Code', en: 'Link and QR code' },
  register: { de: 'Was hängt wo', en: 'What hangs where' },
};

/** Opens a part of the printing area. */
async function part(page, language, name) {
  await page.getByRole('navigation').getByRole('button', { name: words.print[language] }).click();
  await page.getByRole('button', { name: parts[name][language], exact: true }).click();
}

export const shopScreens = [
  {
    name: 'profile',
    size: { width: 1280, height: 1500 },
    go: (page, language) => profile(page, language),
  },
  {
    name: 'profile-wrong',
    size: { width: 1280, height: 1500 },
    change: () => {
      window.fake.failing.set('Shop.SaveDetails', { code: 'invalid', field: 'web' });
      window.fake.profile.reminders = [{ kind: 'imprint', language: 'de', reason: 'saved' }];
    },
    go: async (page, language) => {
      await profile(page, language);
      await page.locator('input[inputmode=url]').fill('anders');
      await page.locator('[aria-invalid]').first().waitFor();
    },
  },
  {
    name: 'profile-whatsapp',
    size: { width: 1280, height: 1500 },
    go: async (page, language) => {
      await profile(page, language, 'whatsapp');
      await page.locator('textarea').first().waitFor();
    },
  },
  {
    name: 'profile-review',
    go: async (page, language) => {
      await profile(page, language, 'whatsapp');
      await page.locator('textarea').first().fill('Frische Blumen, jeden Tag');
      await button(page, 'review', language).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'profile-offline',
    change: () => window.fake.failing.set('Profile.GetProfile', { code: 'offline' }),
    go: async (page, language) => {
      await profile(page, language, 'whatsapp');
      await page.locator('.notice').first().waitFor();
    },
  },
  {
    name: 'profile-legal',
    size: { width: 1280, height: 1500 },
    go: async (page, language) => {
      await profile(page, language, 'legal');
      await button(page, 'checkPage', language).click();
      await page.locator('li.problem').first().waitFor();
    },
  },
  {
    name: 'profile-website',
    size: { width: 1280, height: 1900 },
    go: async (page, language) => {
      await profile(page, language, 'website');
      await page.locator('iframe').waitFor();
    },
  },
  {
    name: 'print',
    size: { width: 1280, height: 1900 },
    go: async (page, language) => {
      await page.getByRole('navigation').getByRole('button', { name: words.print[language] }).click();
      await page.locator('figure img').waitFor();
    },
  },
  {
    name: 'print-code',
    size: { width: 1280, height: 1500 },
    change: () => {
      window.fake.codes.state.links = [
        {
          code: 'ABCDEFGHIJ1234',
          url: 'https://wa.me/message/ABCDEFGHIJ1234',
          text: 'Guten Tag (Theke)',
          hanging: [],
        },
      ];
    },
    go: async (page, language) => {
      await part(page, language, 'code');
      await page.locator('figure img').waitFor();
      await page
        .getByRole('button', {
          name: { de: 'Links bei WhatsApp abrufen', en: 'Fetch links from WhatsApp' }[language],
        })
        .click();
      await page.locator('.more li').first().waitFor();
    },
  },
  {
    name: 'print-series',
    size: { width: 1280, height: 2700 },
    change: () =>
      Object.assign(window.fake.data.print.desk.form, {
        kind: 'stickers',
        paper: 'L7160',
        centre: 'monogram',
        letters: 'BA',
      }),
    go: async (page, language) => {
      await page.getByRole('navigation').getByRole('button', { name: words.print[language] }).click();
      await page.locator('figure img').waitFor();
      for (const summary of await page.locator('summary').all()) await summary.click();
    },
  },
  {
    name: 'register',
    size: { width: 1280, height: 1100 },
    change: () => window.fake.codes.hang(),
    go: async (page, language) => {
      await part(page, language, 'register');
      await page.getByRole('article').first().waitFor();
    },
  },
  {
    name: 'register-narrow',
    size: { width: 620, height: 1400 },
    change: () => window.fake.codes.hang(),
    go: async (page, language) => {
      await part(page, language, 'register');
      await page.getByRole('article').first().waitFor();
    },
  },
  { name: 'register-empty', go: (page, language) => part(page, language, 'register') },
  {
    name: 'print-test',
    change: () => Object.assign(window.fake.data.setup, { demo: true }),
    go: async (page, language) => {
      await part(page, language, 'code');
      await page
        .getByRole('button', { name: { de: 'Mit dem Telefon prüfen', en: 'Test with your phone' }[language] })
        .click();
      await page.getByRole('dialog').locator('img').waitFor();
    },
  },
  {
    name: 'print-refused',
    change: () =>
      Object.assign(window.fake.data.print.preview, {
        light: 'red',
        exportable: false,
        failed: ['none', 'blur'],
        findings: [{ light: 'red', reason: 'printer_dots', value: 3.4, limit: 4 }],
      }),
    go: async (page, language) => {
      await page.getByRole('navigation').getByRole('button', { name: words.print[language] }).click();
      await page.locator('.notice.danger').waitFor();
    },
  },
  {
    name: 'print-missing',
    change: () => Object.assign(window.fake.data.print.desk.form, { address: '', phone: '', privacy: '' }),
    go: async (page, language) => {
      await page.getByRole('navigation').getByRole('button', { name: words.print[language] }).click();
      await page.locator('.preview .notice').waitFor();
    },
  },
];
