// The golden files of the widget, and a small web site that shows them.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { root } from './harness.mjs';

export const golden = (name) => readFileSync(join(root, 'internal/profile', name), 'utf8');

// The site around the widget has rules of its own that must not reach into it.
const siteStyle =
  'a,button,summary{color:#eee;background:#eee;text-transform:uppercase;display:none}div,p{font-size:8px;color:#ddd}.entry a{color:#eee}';
export const styleHash = `'sha256-${createHash('sha256').update(siteStyle).digest('base64')}'`;
export const site = (body) => `<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Laden</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"><style>${siteStyle}</style></head>
<body><main class="entry"><h1>Laden</h1>${body}</main></body></html>`;
export const withSite = (policy) => policy.replace('style-src ', `style-src ${styleHash} `);

export const widgets = ['de-auto', 'en-light', 'de-floating'].map((name) => ({
  name,
  html: golden(`website/testdata/widget-${name}.html`),
  policy: withSite(
    `default-src 'none'; img-src data:; form-action 'none'; base-uri 'none'; ${golden(`website/testdata/widget-${name}.policy`).trim()}`,
  ),
  confirms: name === 'de-floating',
}));

const types = { css: 'text/css', js: 'text/javascript' };

/** Serves what is published, and remembers every path that was asked for. */
export async function publisher() {
  const pages = new Map();
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    const found = pages.get(request.url.split('?')[0]);
    if (!found) return response.writeHead(404).end();
    const type = types[request.url.split('.').at(-1)] ?? 'text/html; charset=utf-8';
    response.writeHead(200, {
      'content-type': type,
      ...(found.policy ? { 'content-security-policy': found.policy } : {}),
    });
    return response.end(found.body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    origin,
    asked,
    /** Makes a page reachable and returns its address. */
    publish(path, body, policy) {
      pages.set(path, { body, policy });
      return origin + path;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
