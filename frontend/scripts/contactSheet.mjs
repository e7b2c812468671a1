// Takes a picture of every screen in both languages and both themes, into out/contact-sheet/ of the
// checkout, and fails if a screen breaks the content security policy, logs, asks another host for
// something, or has an accessibility problem axe can see.
import { mkdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { screens } from './screens.mjs';
import { serve } from './serve.mjs';
import { fakeScript, launch, open } from './window.mjs';

const only = process.argv[2] ?? '';
const out = fileURLToPath(new URL('../../out/contact-sheet/', import.meta.url));
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const languages = ['de', 'en'];
const themes = ['light', 'dark'];

if (only === '') await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const server = await serve();
const script = await fakeScript();
const browser = await launch();
const failures = [];
let pictures = 0;

for (const screen of screens.filter((candidate) => candidate.name.includes(only))) {
  for (const language of screen.languages ?? languages) {
    for (const theme of screen.themes ?? themes) {
      const name = `${screen.name}-${language}-${theme}`;
      const settings = { language, theme, ...screen.settings };
      const size = screen.size ?? { width: 1280, height: 800 };
      const view = await open(browser, {
        url: server.url,
        script,
        size,
        settings,
        change: screen.change,
        media: screen.media,
      });
      try {
        await screen.go?.(view.page, language);
        await view.page.evaluate(() => document.fonts.ready);
        await view.page.waitForTimeout(150);
        await view.page.screenshot({ path: `${out}${name}.png` });
        pictures++;
        await view.page.evaluate(axe);
        const { violations } = await view.page.evaluate(() => window.axe.run({ iframes: false }));
        for (const violation of violations) {
          const where = violation.nodes.slice(0, 3).map((node) => `${node.target} ${node.failureSummary}`);
          failures.push(`${name}: ${violation.id}: ${where.join(' | ')}`);
        }
      } catch (reason) {
        failures.push(`${name}: ${reason.message}`);
        await view.page.screenshot({ path: `${out}${name}-failed.png` });
      }
      for (const problem of view.problems) failures.push(`${name}: ${problem}`);
      await view.close();
    }
  }
}

await browser.close();
await server.stop();
process.stdout.write(`${pictures} pictures in out/contact-sheet/\n`);
for (const failure of failures) process.stderr.write(`${failure}\n`);
process.exitCode = failures.length > 0 ? 1 : 0;
