// Walks the newcomer's way – an empty computer, a relay, the guided setup –
// against the simulator and takes a picture of every step. Run it with
// `make newcomer`; it writes docs/images/setup/*.png.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { closeBrowser, openPage, removeFolder, root, startApp, temporaryFolder } from '../e2e/harness.mjs';
import { startMeta, startRelay, walk } from '../e2e/newcomer.mjs';

const language = process.argv[2] ?? 'de';
const home = temporaryFolder();
const images = join(root, 'docs/images/setup');
mkdirSync(images, { recursive: true });

const [meta, relay] = await Promise.all([startMeta(), startRelay(home)]);
const app = await startApp({ args: ['--data', join(home, 'laden')], home });
try {
  const page = await openPage(app, {
    language: language === 'en' ? 'en-GB' : 'de-DE',
    viewport: { width: 1000, height: 900 },
  });
  await walk(page, {
    meta,
    relay,
    language,
    photo: async (name) => {
      await page.evaluate(() => document.fonts.ready);
      // The folder of this very run says nothing to anybody.
      await page.locator('.folder bdi').evaluateAll((all) => {
        for (const one of all) one.textContent = '~/.local/share/tresen';
      });
      const open = page.locator('li[aria-current=step]');
      if ((await open.count()) > 0) await open.scrollIntoViewIfNeeded();
      await page.screenshot({
        path: join(images, `${name}.png`),
        animations: 'disabled',
        caret: 'hide',
      });
      console.log(`docs/images/setup/${name}.png`);
    },
  });
} finally {
  await closeBrowser();
  await app.stop();
  await relay.stop();
  await meta.stop();
  removeFolder(home);
}
