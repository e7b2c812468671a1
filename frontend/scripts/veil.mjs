// Checks that the privacy view veils everything personal: on every screen of the contact sheet, whatever
// customers are called or wrote lies within something that carries data-personal. For that, each personal
// string the fake Go side answers with is marked by a character nobody sees. Run after a build: node scripts/veil.mjs
import { screens } from './screens.mjs';
import { serve } from './serve.mjs';
import { fakeScript, launch, open } from './window.mjs';

/** Runs in the page before the window starts: marks what is personal in every answer. */
function mark() {
  const services = ['Inbox', 'Customers', 'Search', 'Rights', 'Cases', 'People', 'Consents', 'ChatImports'];
  const keys = new Set(
    'name profileName shopName username text preview caption value detail snippet words fileName body title description org role phones emails urls addresses birthday address why draft'.split(
      ' ',
    ),
  );
  const tainted = (value, key) => {
    if (typeof value === 'string') return keys.has(key) && value !== '' ? `\u2060${value}` : value;
    if (Array.isArray(value)) return value.map((one) => tainted(one, key));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, tainted(one, name)]));
  };
  for (const service of services) {
    const bound = window.go.app[service];
    for (const [method, run] of Object.entries(bound)) {
      bound[method] = (argument) => run(argument).then((answer) => tainted(answer, ''));
    }
  }
}

/** Runs in the page: what is personal and can be read in spite of the veil. */
function readable() {
  const found = new Set();
  const note = (element, text) => {
    const box = element.getBoundingClientRect();
    if (box.width <= 1 || box.height <= 1 || !element.checkVisibility() || element.closest('[data-personal]'))
      return;
    const path = [];
    for (let e = element; e && path.length < 4; e = e.parentElement) {
      path.unshift(`${e.localName}${e.classList.length > 0 ? `.${e.classList[0]}` : ''}`);
    }
    found.add(`${path.join(' > ')}: ${text.replaceAll('\u2060', '').trim().slice(0, 40)}`);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode.nodeValue ?? '';
    if (text.includes('\u2060') && texts.currentNode.parentElement)
      note(texts.currentNode.parentElement, text);
  }
  for (const field of document.querySelectorAll('input, textarea')) {
    if (field.value.includes('\u2060')) note(field, field.value);
  }
  return [...found];
}

const only = process.argv[2] ?? '';
const server = await serve();
const script = `${await fakeScript()};(${mark.toString()})();`;
const browser = await launch();
const failures = new Map();
let looked = 0;

for (const screen of screens.filter((candidate) => candidate.name.includes(only))) {
  const language = (screen.languages ?? ['de'])[0];
  const view = await open(browser, {
    url: server.url,
    script,
    size: screen.size ?? { width: 1280, height: 800 },
    settings: { language, theme: 'light', ...screen.settings },
    change: screen.change,
    media: screen.media,
  });
  try {
    await screen.go?.(view.page, language);
    for (const place of await view.page.evaluate(readable)) {
      failures.set(place, [...(failures.get(place) ?? []), screen.name]);
    }
    looked++;
  } catch (reason) {
    failures.set(`${screen.name} cannot be reached: ${reason.message.split('\n')[0]}`, [screen.name]);
  }
  await view.close();
}

await browser.close();
await server.stop();
process.stdout.write(`${looked} screens looked at behind the veil\n`);
for (const [place, names] of failures)
  process.stderr.write(`${place}   (${names.length} screens, as ${names[0]})\n`);
process.exitCode = failures.size > 0 ? 1 : 0;
