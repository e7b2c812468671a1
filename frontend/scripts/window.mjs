// Opens the built window in Chromium with the fake Go side of test/, and watches what must not happen.
import { build } from 'vite';
import { chromium } from 'playwright-core';
import { fileURLToPath } from 'node:url';

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The fake Go side as one script. */
export async function fakeScript() {
  const result = await build({
    configFile: false,
    logLevel: 'warn',
    resolve: { alias: { '~': fileURLToPath(new URL('../src', import.meta.url)) } },
    build: {
      write: false,
      minify: false,
      copyPublicDir: false,
      lib: {
        entry: fileURLToPath(new URL('../test/page.ts', import.meta.url)),
        formats: ['iife'],
        name: 'page',
      },
    },
  });
  const output = (Array.isArray(result) ? result[0] : result).output;
  return output[0].code;
}

export function launch() {
  return chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args });
}

/**
 * Opens one page. change(data) runs in the page before the window starts and may alter the fake's data.
 * problems collects errors, policy violations and requests to anywhere else.
 */
export async function open(browser, { url, script, size, settings, change, media = {} }) {
  const context = await browser.newContext({
    viewport: size,
    locale: settings.language === 'en' ? 'en-GB' : 'de-DE',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
    ...media,
  });
  const page = await context.newPage();
  await page.clock.setFixedTime(new Date('2026-11-21T12:04:00+01:00'));
  const problems = [];
  page.on('console', (message) => {
    // Advice of the browser about password managers, not a message of the window.
    if (!message.text().startsWith('[DOM]')) problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:'))
      problems.push(`request: ${request.url()}`);
  });
  await page.addInitScript({ content: script });
  await page.addInitScript((given) => Object.assign(window.fake.data.settings, given), settings);
  if (change) await page.addInitScript(change);
  await page.goto(url);
  return { page, problems, close: () => context.close() };
}
