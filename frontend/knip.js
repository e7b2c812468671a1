/** Whole scripts, not only their imports: otherwise a call through a namespace (inbox.listVersions) counts as unused. What a component exports is called through bind:this. */
function scripts(text) {
  const bodies = [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]);
  const markup = text.replaceAll(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, '');
  const calls = [...markup.matchAll(/\b[a-z][A-Za-z]*\.[A-Za-z]+\b/g)].map((match) => `void ${match[0]};`);
  return [...bodies, ...calls].join('\n').replaceAll(/^\s*export (?=function|const|let)/gm, '');
}

/** @type {import('knip').KnipConfig} */
export default {
  entry: ['scripts/*.mjs', 'test/page.ts'],
  project: ['src/**/*.{ts,svelte}', 'test/**/*.ts', 'scripts/**/*.mjs'],
  compilers: { svelte: scripts },
};
