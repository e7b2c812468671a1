// Takes the README's pictures from the running program, in demo mode. Run it
// with `make screenshot`; it writes docs/images/*.png.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  closeBrowser,
  openPage,
  removeFolder,
  root,
  startApp,
  temporaryFolder,
  words,
} from '../e2e/harness.mjs';
import { askToErase, bubble, bubbleWithStatus, openConversation, reply, row } from '../e2e/shop.mjs';

const home = temporaryFolder();
const images = join(root, 'docs/images');
mkdirSync(images, { recursive: true });

async function photograph(page, name) {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(images, name), animations: 'disabled', caret: 'hide' });
  console.log(`docs/images/${name}`);
}

const app = await startApp({ args: ['--demo', '--data', join(home, 'laden')], home });
try {
  const page = await openPage(app);
  for (const name of ['Mehmet Yılmaz', 'Oma Hilde', 'Café Morgenrot']) {
    await row(page, name).waitFor();
    await openConversation(page, name);
  }
  await openConversation(page, 'Anna Müller');
  await bubble(page, '20 rote Tulpen').waitFor();
  await reply(page, 'Sehr gern, die Tulpen stehen ab 7:30 Uhr für Sie bereit.');
  await bubbleWithStatus(page, 'Sehr gern, die Tulpen stehen ab 7:30 Uhr für Sie bereit.', 'read').waitFor();
  await photograph(page, 'inbox-light.png');
  await page.emulateMedia({ colorScheme: 'dark' });
  await photograph(page, 'inbox-dark.png');
  await page.emulateMedia({ colorScheme: 'light' });
  await openConversation(page, 'Oma Hilde');
  const dialog = await askToErase(page);
  await dialog.getByText(words('erase.final')).waitFor();
  await photograph(page, 'erase.png');
} finally {
  await closeBrowser();
  await app.stop();
  removeFolder(home);
}
