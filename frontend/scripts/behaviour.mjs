// Checks in Chromium what jsdom cannot see: that nothing jumps. Run after a build: node scripts/behaviour.mjs
import { serve } from './serve.mjs';
import { fakeScript, launch, open } from './window.mjs';

const server = await serve();
const script = await fakeScript();
const browser = await launch();
const failures = [];

async function check(name, run, settings = {}) {
  const view = await open(browser, {
    url: server.url,
    script,
    size: { width: 1280, height: 800 },
    settings: { language: 'de', theme: 'light', ...settings },
  });
  try {
    const result = await run(view.page);
    process.stdout.write(`ok    ${name}${result === undefined ? '' : ` (${result})`}\n`);
  } catch (reason) {
    failures.push(name);
    process.stdout.write(`FAIL  ${name}: ${reason.message}\n`);
  }
  for (const problem of view.problems) {
    failures.push(problem);
    process.stdout.write(`FAIL  ${name}: ${problem}\n`);
  }
  await view.close();
}

function expect(condition, text) {
  if (!condition) throw new Error(text);
}

const conversation = async (page, index) => {
  await page.getByRole('option').nth(index).click();
  await page.locator('article').first().waitFor();
  await page.waitForTimeout(200);
};

/** Two animation frames: what a person would see next. */
const frames = (page) =>
  page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(undefined)))),
  );

/** Where the visible rows stand, by id. */
const places = (page, selector, id) =>
  page.evaluate(
    ([selector, id]) => {
      const list = document.querySelector(selector.list).getBoundingClientRect();
      const found = {};
      for (const row of document.querySelectorAll(selector.row)) {
        const box = (row.querySelector(selector.mark ?? '*') ?? row).getBoundingClientRect();
        if (box.bottom > list.top && box.top < list.bottom) found[row.getAttribute(id)] = box.top;
      }
      return found;
    },
    [selector, id],
  );

const messages = (page) =>
  places(page, { list: '[role=feed]', row: 'article', mark: '.bubble' }, 'data-message');
const rows = (page) => places(page, { list: '[role=listbox]', row: '[role=option]' }, 'id');

/** The largest way a row that was visible before and after has moved. */
function moved(before, after) {
  const shared = Object.keys(before).filter((id) => id in after);
  expect(shared.length > 0, 'no row was visible before and after');
  return Math.max(...shared.map((id) => Math.abs(before[id] - after[id])));
}

const fromEnd = (page) =>
  page.evaluate(() => {
    const feed = document.querySelector('[role=feed]');
    return Math.round(feed.scrollHeight - feed.clientHeight - feed.scrollTop);
  });

/** Waits, on a busy machine too, until the list stands at its end, and says how far off it stayed. */
async function settledFromEnd(page) {
  const deadline = Date.now() + 4000;
  let end = await fromEnd(page);
  while (Math.abs(end) > 1 && Date.now() < deadline) {
    await page.waitForTimeout(50);
    end = await fromEnd(page);
  }
  return end;
}

await check('a conversation opens at its newest message', async (page) => {
  await conversation(page, 1);
  const end = await settledFromEnd(page);
  expect(Math.abs(end) <= 1, `${end} px from the end`);
});

await check('older messages come in front without a jump', async (page) => {
  await conversation(page, 1);
  await page.mouse.move(640, 400);
  let worst = 0;
  let loads = 0;
  // Ordinary wheel steps: whatever a step does beyond scrolling by itself is a jump.
  for (let step = 0; step < 200; step++) {
    const before = await messages(page);
    const calls = await page.evaluate(
      () => window.fake.calls.filter((call) => call === 'Inbox.ListMessages').length,
    );
    await page.mouse.wheel(0, -300);
    await frames(page);
    await frames(page);
    const after = await messages(page);
    const now = await page.evaluate(
      () => window.fake.calls.filter((call) => call === 'Inbox.ListMessages').length,
    );
    loads += now - calls;
    const shared = Object.keys(before).filter((id) => id in after);
    if (shared.length === 0) continue;
    const ways = shared.map((id) => after[id] - before[id]);
    worst = Math.max(worst, Math.max(...ways) - Math.min(...ways));
    const way = ways[0];
    if (way > 301) worst = Math.max(worst, way - 300);
  }
  expect(worst <= 2, `a row moved by ${worst} px more than the wheel`);
  expect(loads >= 4, `only ${loads} pages were loaded`);
  return `${loads} pages, worst ${worst} px`;
});

await check('a new message is followed by a reader at the end', async (page) => {
  await conversation(page, 1);
  for (let i = 0; i < 5; i++) {
    await page.evaluate((text) => void window.fake.receive(2, text), 'Noch etwas. '.repeat(1 + i * 8));
    const feed = page.getByRole('feed');
    await feed
      .getByText('Noch etwas. '.repeat(1 + i * 8).trim(), { exact: true })
      .waitFor({ state: 'attached' });
    const end = await settledFromEnd(page);
    expect(Math.abs(end) <= 1, `${end} px from the end after message ${i + 1}`);
  }
});

await check('a new message moves nothing for a reader further up', async (page) => {
  await conversation(page, 1);
  await page.mouse.move(640, 400);
  await page.mouse.wheel(0, -900);
  await page.waitForTimeout(300);
  const before = await messages(page);
  for (let i = 0; i < 3; i++) await page.evaluate(() => void window.fake.receive(2, 'Sind Sie noch da?'));
  const button = page.getByRole('button', { name: '3 neue Nachrichten' });
  await button.waitFor({ timeout: 3000 });
  const way = moved(before, await messages(page));
  expect(way <= 1, `a row moved by ${way} px`);
  await button.click();
  const end = await settledFromEnd(page);
  expect(Math.abs(end) <= 1, `${end} px from the end after the button`);
});

await check('a growing composer keeps the newest message in view', async (page) => {
  await conversation(page, 1);
  await page.locator('textarea').fill('Zeile\n'.repeat(8));
  await page.waitForTimeout(250);
  const end = await settledFromEnd(page);
  expect(Math.abs(end) <= 1, `${end} px from the end`);
});

await check('a conversation is still there after a look at the settings', async (page) => {
  await conversation(page, 1);
  const rail = page.getByRole('navigation');
  await rail.getByRole('button', { name: 'Einstellungen' }).click();
  await rail.getByRole('button', { name: /^Posteingang/ }).click();
  await page.locator('article').last().waitFor({ timeout: 3000 });
  await page.waitForTimeout(200);
  const end = await settledFromEnd(page);
  expect(Math.abs(end) <= 1, `${end} px from the end`);
});

await check('a status changes nothing but its tick', async (page) => {
  await conversation(page, 0);
  await page.mouse.move(640, 400);
  await page.mouse.wheel(0, -1500);
  await page.waitForTimeout(300);
  const before = await messages(page);
  await page.evaluate(() => window.fake.report(1, '100021', 'read'));
  await page.waitForTimeout(300);
  const way = moved(before, await messages(page));
  expect(way <= 1, `a row moved by ${way} px`);
});

await check('the list stays where it is while conversations move up', async (page) => {
  await page.getByRole('option').first().waitFor();
  await page.mouse.move(200, 400);
  await page.mouse.wheel(0, 900);
  await page.waitForTimeout(300);
  let worst = 0;
  for (const id of [45, 50, 14, 15, 16, 48]) {
    const before = await rows(page);
    await page.evaluate((conversationId) => void window.fake.receive(conversationId, 'Hallo'), id);
    await page.waitForTimeout(250);
    const after = await rows(page);
    const shared = Object.keys(before).filter((row) => row in after && !row.endsWith(`-${id}`));
    const ways = shared.map((row) => Math.abs(before[row] - after[row]));
    // A visible row that moves away lets the ones on one side of it close up; the rest must stand still.
    const still = ways.filter((way) => way <= 1).length;
    expect(still >= shared.length / 2, `only ${still} of ${shared.length} rows stood still for ${id}`);
    worst = Math.max(worst, shared.length - still);
  }
  return `at most ${worst} rows closed up`;
});

await check('a quoted message is found far above, and the way back', async (page) => {
  await page.evaluate(() => {
    const rows = window.fake.data.messages[2];
    rows.at(-1).quote = {
      messageId: '200100',
      fromShop: false,
      kind: 'text',
      text: 'Von früher',
      revoked: false,
    };
  });
  await conversation(page, 1);
  await page.getByRole('button', { name: /Von früher/ }).click();
  await page.locator('article[data-message="200100"]:focus').waitFor({ timeout: 3000 });
  const visible = await messages(page);
  expect('200100' in visible, 'the quoted message is not in view');
  await page.getByRole('button', { name: 'Zur neuesten Nachricht' }).click();
  await page.waitForTimeout(300);
  const end = await settledFromEnd(page);
  expect(Math.abs(end) <= 1, `${end} px from the end`);
});

await check('everything is reached by keyboard', async (page) => {
  await page.getByRole('option').first().waitFor();
  const focused = () =>
    page.evaluate(() => document.activeElement?.getAttribute('role') ?? document.activeElement?.tagName);
  await page.keyboard.press('F6');
  await page.keyboard.press('F6');
  expect((await focused()) === 'listbox', `F6 led to ${await focused()}, not to the list`);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.locator('textarea:focus').waitFor({ timeout: 2000 });
  await page.keyboard.press('ArrowUp');
  expect((await focused()) === 'ARTICLE', `ArrowUp led to ${await focused()}`);
  for (let i = 0; i < 30; i++) await page.keyboard.press('ArrowUp');
  expect((await focused()) === 'ARTICLE', 'the focus was lost on the way up');
  const shown = await page.evaluate(() => {
    const box = document.activeElement.getBoundingClientRect();
    const feed = document.querySelector('[role=feed]').getBoundingClientRect();
    return box.bottom > feed.top && box.top < feed.bottom;
  });
  expect(shown, 'the focused message is out of view');
  await page.keyboard.press('Escape');
  await page.locator('textarea:focus').waitFor({ timeout: 2000 });
  await page.keyboard.press('F6');
  await page.keyboard.press('F6');
  await page.keyboard.press('Shift+F6');
  await page.keyboard.press('Escape');
  expect((await focused()) === 'listbox', `Esc led to ${await focused()}, not to the list`);
});

await check('ten thousand conversations scroll to the end', async (page) => {
  await page.evaluate(() => {
    const template = window.fake.data.conversations[0];
    window.fake.data.conversations = Array.from({ length: 10_000 }, (_, i) => ({
      ...template,
      id: i + 1,
      name: `Person ${i + 1}`,
      lastAtMs: template.lastAtMs - i * 1000,
    }));
    window.fake.emit('setup:changed');
    for (let id = 1; id <= 30; id++)
      window.fake.emit('conversation:changed', { conversationId: id, new: false });
  });
  await page.getByRole('option', { name: /Person 1 / }).waitFor();
  await page.getByRole('listbox').focus();
  const start = Date.now();
  for (let i = 0; i < 400; i++) {
    await page.keyboard.press('End');
    await frames(page);
    if (await page.locator('[aria-posinset="10000"]').count()) break;
  }
  expect((await page.locator('[aria-posinset="10000"]').count()) === 1, 'the last row was not reached');
  expect((await page.getByRole('option').count()) < 60, 'too many rows are in the document');
  return `${Date.now() - start} ms`;
});

await browser.close();
await server.stop();
process.exitCode = failures.length > 0 ? 1 : 0;
