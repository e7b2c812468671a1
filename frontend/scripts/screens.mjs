// The screens of the contact sheet: what the fake Go side holds, and the way to the screen.
import { automaticScreens } from './automaticScreens.mjs';
import { connectScreens } from './connectScreens.mjs';
import { deskScreens } from './deskScreens.mjs';
import { kindScreens } from './kindScreens.mjs';
import { exchangeScreens } from './exchangeScreens.mjs';
import { privacyScreens } from './privacyScreens.mjs';
import { shopScreens } from './shopScreens.mjs';
import { broadcastScreens } from './broadcastScreens.mjs';
import { textScreens } from './textScreens.mjs';
import { unfold } from './unfold.mjs';

const conversation = async (page, index = 0) => {
  await page.getByRole('option').nth(index).click();
  await page.locator('article').first().waitFor();
};

const words = {
  settings: { de: 'Einstellungen', en: 'Settings' },
  play: { de: 'Kundschaft spielen', en: 'Play customer' },
  byHand: { de: 'Von Hand anschließen', en: 'Connect by hand' },
  submit: { de: 'Prüfen und anschließen', en: 'Check and connect' },
  erase: { de: 'Person löschen …', en: 'Delete this person …' },
  confirm: { de: 'Endgültig löschen', en: 'Delete for good' },
  person: { de: 'Angaben zur Person', en: 'About this person' },
};

const button = (page, word, language) =>
  page.getByRole('button', { name: words[word][language], exact: true });

const ask = async (page, language) => {
  await conversation(page);
  await button(page, 'erase', language).click();
  await page.getByRole('dialog').getByRole('list').first().waitFor();
};

const erase = async (page, language) => {
  await ask(page, language);
  await button(page, 'confirm', language).click();
};

export const screens = [
  ...automaticScreens,
  ...textScreens,
  ...broadcastScreens,
  {
    name: 'first-start',
    change: () => Object.assign(window.fake.data.setup, { phase: 'first' }),
    go: (page) => page.getByRole('heading', { level: 1 }).waitFor(),
  },
  ...deskScreens,
  ...kindScreens,
  ...connectScreens,
  {
    name: 'connect',
    size: { width: 1280, height: 1500 },
    change: () => Object.assign(window.fake.data.setup, { phase: 'first', keychain: false }),
    go: async (page, language) => {
      await button(page, 'byHand', language).click();
      await button(page, 'submit', language).click();
      await page.locator('[aria-invalid]').first().waitFor();
    },
  },
  {
    name: 'connected',
    change: () => Object.assign(window.fake.data.setup, { phase: 'first' }),
    go: async (page, language) => {
      await button(page, 'byHand', language).click();
      for (const field of await page.locator('input:not([type=radio])').all())
        await field.fill('127.0.0.1:8091');
      await button(page, 'submit', language).click();
      await page.locator('code').waitFor();
    },
  },
  {
    name: 'locked',
    change: () => {
      Object.assign(window.fake.data.setup, { phase: 'locked', keychain: false });
      window.fake.failing.set('Setup.Unlock', { code: 'wrong_passphrase' });
    },
    go: async (page) => {
      await page.locator('input[type=password]').fill('falsch');
      await page.keyboard.press('Enter');
      await page.locator('[aria-invalid]').waitFor();
    },
  },
  {
    name: 'problem',
    change: () => Object.assign(window.fake.data.setup, { phase: 'problem', code: 'storage_newer' }),
    go: (page) => page.getByRole('heading', { level: 1 }).waitFor(),
  },
  { name: 'inbox', go: (page) => conversation(page) },
  {
    name: 'work',
    size: { width: 1280, height: 1000 },
    change: () => {
      const { conversations } = window.fake.data;
      const hour = 3600_000;
      Object.assign(conversations[0], { labelIds: [1, 3], pinned: true, colleagueId: 1 });
      Object.assign(conversations[1], { labelIds: [2], remindAtMs: Date.now() - hour });
      Object.assign(conversations[2], { blocked: true, labelIds: [1, 2, 3], colleagueId: 2 });
      Object.assign(conversations[3], { doneAtMs: Date.now() });
      window.fake.work.state.reminders[2] = 'Kranz fertig? Sonst anrufen.';
      window.fake.work.state.notes[conversations[0].customerId] = [
        {
          id: 2,
          atMs: Date.now() - hour,
          text: 'Mag keine roten Nelken.\nZahlt bar, Rechnung an die Firma.',
        },
        { id: 1, atMs: Date.now() - 900 * hour, text: 'Kommt meist samstags kurz vor Ladenschluss.' },
      ];
    },
    go: (page) => conversation(page),
  },
  {
    name: 'work-panel',
    size: { width: 1280, height: 1200 },
    go: async (page) => {
      await conversation(page);
      await page.locator('aside summary').first().click();
      await page.locator('aside section button', { hasText: /Notiz schreiben|Write a note/ }).click();
      await page.locator('aside section button', { hasText: /Erinnern lassen|Remind me/ }).click();
    },
  },
  {
    name: 'person',
    size: { width: 1280, height: 1900 },
    go: async (page, language) => {
      await conversation(page);
      await unfold(page, 'rights', language);
      await unfold(page, 'more', language);
    },
  },
  {
    name: 'work-veiled',
    go: async (page) => {
      await conversation(page);
      await page.keyboard.press('F8');
    },
  },
  {
    name: 'work-block',
    go: async (page, language) => {
      await conversation(page);
      await unfold(page, 'more', language);
      await page.locator('aside button', { hasText: /^(Blockieren|Block)$/ }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'palette',
    go: async (page) => {
      await conversation(page);
      await page.keyboard.press('Control+k');
      await page.keyboard.type('an');
      await page.locator('dialog mark').first().waitFor();
    },
  },
  {
    name: 'search',
    go: async (page) => {
      await page.getByRole('option').first().waitFor();
      await page.keyboard.press('Control+f');
      await page.keyboard.type('an', { delay: 20 });
      await page.locator('[role=option] mark').first().waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
    },
  },
  {
    name: 'search-jump',
    go: async (page) => {
      await page.getByRole('option').first().waitFor();
      await page.keyboard.press('Control+f');
      await page.keyboard.type('samstag');
      await page.locator('[role=option] mark').first().waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.locator('article').first().waitFor();
      await page.waitForTimeout(300);
    },
  },
  {
    name: 'search-none',
    change: () => Object.assign(window.fake.search.state, { ready: false }),
    go: async (page) => {
      await page.getByRole('option').first().waitFor();
      await page.keyboard.press('Control+f');
      await page.keyboard.type('Xylophonkonzert');
      await page.locator('.search button').last().click();
      await page.locator('.results .state').waitFor();
    },
  },
  { name: 'inbox-large', size: { width: 1680, height: 1000 }, go: (page) => conversation(page) },
  { name: 'inbox-none', go: (page) => page.getByRole('option').first().waitFor() },
  {
    name: 'inbox-empty',
    change: () => Object.assign(window.fake.data, { conversations: [] }),
    go: (page) => page.getByRole('heading', { level: 1 }).waitFor(),
  },
  {
    name: 'inbox-loading',
    change: () => window.fake.pending.add('Inbox.ListConversations'),
    go: (page) => page.waitForTimeout(250),
  },
  {
    name: 'inbox-error',
    change: () =>
      window.fake.failing.set('Inbox.ListConversations', { code: 'internal', reference: '3f9a12bc' }),
    go: (page) => page.locator('.notice').first().waitFor(),
  },
  {
    name: 'conversation-kinds',
    go: async (page) => {
      await conversation(page);
      await page.locator('article').last().focus();
      await page.keyboard.press('Home');
      await page.waitForTimeout(200);
    },
  },
  { name: 'files', size: { width: 1180, height: 3600 }, go: (page) => conversation(page, 7) },
  {
    name: 'files-viewer',
    go: async (page) => {
      await conversation(page, 7);
      await page.locator('article').last().press('Home');
      await page.locator('.picture').first().click();
      await page.locator('dialog img').waitFor();
    },
  },
  {
    name: 'files-risk',
    size: { width: 1280, height: 3600 },
    go: async (page, language) => {
      await conversation(page, 7);
      const opens = page.getByRole('button', { name: { de: 'Öffnen', en: 'Open' }[language], exact: true });
      await opens.nth(1).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'conversation-delivery',
    go: async (page) => {
      await conversation(page);
      for (let i = 0; i < 4; i++)
        await page.locator('article:focus').or(page.locator('article').last()).first().press('ArrowUp');
      await page.waitForTimeout(200);
    },
  },
  {
    name: 'conversation-long',
    go: async (page) => {
      await conversation(page, 1);
      await page.mouse.move(640, 400);
      await page.mouse.wheel(0, -1200);
      await page.waitForTimeout(200);
      await page.evaluate(() => window.fake.receive(2, 'Sind Sie noch da?'));
      await page.waitForTimeout(300);
    },
  },
  { name: 'conversation-closed', go: (page) => conversation(page, 4) },
  { name: 'conversation-rtl', go: (page) => conversation(page, 2) },
  { name: 'conversation-long-name', go: (page) => conversation(page, 6) },
  {
    name: 'composer-reply',
    go: async (page) => {
      await conversation(page);
      await page.locator('article').last().press('r');
      await page.locator('textarea').fill('Das mache ich gern.\n\nBis Samstag.\nIhr Blumenladen');
    },
  },
  {
    name: 'composer-too-long',
    languages: ['de'],
    go: async (page) => {
      await conversation(page);
      await page.locator('textarea').fill('Blumen '.repeat(590));
    },
  },
  {
    name: 'link',
    go: async (page) => {
      await conversation(page);
      await page.locator('article').last().focus();
      for (let i = 0; i < 10; i++) await page.keyboard.press('ArrowUp');
      await page.getByRole('button', { name: /beispiel/ }).click();
      await page.getByRole('dialog').locator('.host').waitFor();
    },
  },
  { name: 'erase-ask', go: ask },
  {
    name: 'erase-running',
    go: async (page, language) => {
      await erase(page, language);
      await page.evaluate(() => window.fake.advanceErasure('rows'));
    },
  },
  {
    name: 'erase-leave',
    go: async (page, language) => {
      await erase(page, language);
      await page.evaluate(() => window.fake.advanceErasure('rows'));
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').nth(1).waitFor();
    },
  },
  {
    name: 'erase-done',
    go: async (page, language) => {
      await erase(page, language);
      await page.evaluate(() => window.fake.finishErasure());
      await page.locator('.notice.ok').waitFor();
    },
  },
  {
    name: 'erase-hits',
    go: async (page, language) => {
      await erase(page, language);
      await page.evaluate(() => window.fake.finishErasure({ state: 'failed', scanHits: 2 }));
      await page.locator('.notice.danger').first().waitFor();
    },
  },
  {
    name: 'paused',
    change: () =>
      Object.assign(window.fake.data.connection, {
        sending: 'paused',
        sendingCode: 'token_expired',
        queued: 3,
      }),
    go: (page) => conversation(page),
  },
  {
    name: 'not-receiving',
    change: () =>
      Object.assign(window.fake.data.connection, { receiving: 'failed', receivingCode: 'in_use' }),
    go: (page) => conversation(page),
  },
  {
    name: 'demo',
    change: () => Object.assign(window.fake.data.setup, { demo: true }),
    go: (page) => conversation(page, 3),
  },
  {
    name: 'play',
    change: () => Object.assign(window.fake.data.setup, { demo: true }),
    go: async (page, language) => {
      await page.getByRole('navigation').getByRole('button', { name: words.play[language] }).click();
      await page.locator('ol li').first().waitFor();
    },
  },
  ...shopScreens,
  ...exchangeScreens,
  ...privacyScreens,
  {
    name: 'settings',
    size: { width: 1280, height: 1300 },
    go: async (page, language) => {
      await page
        .getByRole('navigation')
        .getByRole('button', { name: words.settings[language], exact: true })
        .click();
      await page.getByRole('heading', { level: 1 }).waitFor();
    },
  },
  {
    name: 'shortcuts',
    go: async (page) => {
      await page.getByRole('option').first().waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'medium',
    size: { width: 900, height: 700 },
    go: async (page, language) => {
      await conversation(page);
      await button(page, 'person', language).click();
      await page.getByRole('dialog').locator('dl').waitFor();
    },
  },
  {
    name: 'narrow-list',
    size: { width: 600, height: 700 },
    go: (page) => page.getByRole('option').first().waitFor(),
  },
  { name: 'narrow', size: { width: 600, height: 700 }, go: (page) => conversation(page) },
  { name: 'zoom-200', languages: ['de'], settings: { zoom: 200 }, go: (page) => conversation(page) },
  {
    name: 'zoom-200-demo',
    languages: ['de'],
    settings: { zoom: 200 },
    change: () => Object.assign(window.fake.data.setup, { demo: true }),
    go: (page) => page.getByRole('option').first().waitFor(),
  },
  { name: 'zoom-80', languages: ['de'], settings: { zoom: 80 }, go: (page) => conversation(page) },
  {
    name: 'forced-colors',
    languages: ['de'],
    themes: ['light'],
    media: { forcedColors: 'active' },
    go: (page) => conversation(page),
  },
  { name: 'more-contrast', languages: ['de'], media: { contrast: 'more' }, go: (page) => conversation(page) },
];
