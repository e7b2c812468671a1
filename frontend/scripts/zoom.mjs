// Looks at every screen of the contact sheet as somebody with 200 % zoom sees it (640 × 400 CSS pixels)
// and reports what WCAG 1.4.4, 1.4.10, 2.4.11 and 2.5.8 forbid: what sticks out sideways, what cannot be
// scrolled into view, what is cut off, targets under 24 × 24. Pictures go to out/zoom/ of the checkout.
// node scripts/zoom.mjs [part of a screen's name] [width×height]
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { screens } from './screens.mjs';
import { serve } from './serve.mjs';
import { look } from './zoomLook.mjs';
import { fakeScript, launch, open } from './window.mjs';

const only = process.argv[2] ?? '';
const [width, height] = (process.argv[3] ?? '640x400').split('x').map(Number);
const out = fileURLToPath(new URL('../../out/zoom/', import.meta.url));
const skipped = /zoom|narrow|forced|contrast|large/;

await mkdir(out, { recursive: true });
const server = await serve();
const script = await fakeScript();
const browser = await launch();
let found = 0;

for (const screen of screens.filter(({ name }) => name.includes(only) && !skipped.test(name))) {
  const view = await open(browser, {
    url: server.url,
    script,
    size: screen.size ?? { width: 1280, height: 800 },
    settings: { language: 'de', theme: 'light', ...screen.settings },
    change: screen.change,
    media: { ...screen.media, deviceScaleFactor: 2 },
  });
  try {
    await screen.go?.(view.page, 'de');
    await view.page.setViewportSize({ width, height });
    await view.page.waitForTimeout(250);
    await view.page.screenshot({ path: `${out}${screen.name}-${width}.png` });
    for (const problem of await view.page.evaluate(look)) {
      found++;
      process.stdout.write(`${screen.name}: ${problem}\n`);
    }
  } catch (reason) {
    found++;
    process.stdout.write(`${screen.name}: ${reason.message.split('\n')[0]}\n`);
  }
  await view.close();
}

await browser.close();
await server.stop();
process.exitCode = found > 0 ? 1 : 0;
