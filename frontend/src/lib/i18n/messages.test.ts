import IntlMessageFormat from 'intl-messageformat';
import { describe, expect, it } from 'vitest';
import { messageKinds, messageStatuses } from '~/lib/api';
import { errorCodes } from '~/lib/api/errors';
import de from './messages/de.json';
import en from './messages/en.json';

const catalogues: Record<string, Record<string, string>> = { de, en };
const keys = Object.keys(de);
const sources: Record<string, string> = import.meta.glob('/src/**/*.{ts,svelte}', {
  query: '?raw',
  eager: true,
  import: 'default',
});
const code = Object.entries(sources)
  .filter(([path]) => !path.endsWith('.test.ts') && !path.includes('/wailsjs/'))
  .map(([, text]) => text)
  .join('\n');

/** The names of a message's arguments, nested ones included. */
function placeholders(text: string): string[] {
  const found = new Set<string>();
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(visit);
    else if (typeof node === 'object' && node !== null) {
      const { type, value, options } = node as { type?: number; value?: unknown; options?: object };
      // 0 is plain text and 7 the number sign; everything else names an argument.
      if (type !== undefined && type !== 0 && type !== 7) found.add(String(value));
      if (options) Object.values(options).forEach((option: { value: unknown }) => visit(option.value));
    }
  };
  visit(new IntlMessageFormat(text, 'de', undefined, { ignoreTag: true }).getAst());
  return [...found].sort();
}

describe('message catalogues', () => {
  it('hold the same keys in both languages', () => {
    expect(Object.keys(en).sort()).toEqual([...keys].sort());
  });

  it('leave nothing empty', () => {
    for (const [language, catalogue] of Object.entries(catalogues)) {
      const empty = Object.entries(catalogue).filter(([, text]) => text.trim() === '');
      expect(empty, language).toEqual([]);
    }
  });

  it('are ICU messages with the same arguments in both languages', () => {
    for (const key of keys) {
      expect(placeholders(catalogues['en']?.[key] ?? ''), key).toEqual(
        placeholders(catalogues['de']?.[key] ?? ''),
      );
    }
  });

  it('stay calm: no exclamation marks, no three dots for an ellipsis, no straight quotes', () => {
    for (const catalogue of Object.values(catalogues)) {
      for (const [key, text] of Object.entries(catalogue)) expect(text, key).not.toMatch(/!|\.\.\.|"|'/);
    }
  });

  it('have a title and a next step for every error code', () => {
    const expected = errorCodes.flatMap((name) => [`error.${name}.next`, `error.${name}.title`]).sort();
    const found = keys.filter((key) => /^error\..+\.(?:title|next)$/.test(key)).sort();
    expect(found).toEqual(expected);
  });

  it('have a word for every kind of message and every status', () => {
    expect(keys.filter((key) => key.startsWith('kind.')).sort()).toEqual(
      messageKinds.map((k) => `kind.${k}`).sort(),
    );
    expect(keys.filter((key) => key.startsWith('status.')).sort()).toEqual(
      messageStatuses.map((s) => `status.${s}`).sort(),
    );
  });
});

describe('keys in the code', () => {
  const literals = new Set(
    [...code.matchAll(/['`]([a-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)+)['`]/g)].map((m) => m[1]),
  );
  const patterns = [...code.matchAll(/`([a-z][A-Za-z]*(?:\.[A-Za-z0-9_]+)*\.\$\{[^`]+)`/g)]
    .map((match) => (match[1] ?? '').replaceAll(/\$\{[^}]*\}/g, '*'))
    .filter((pattern) => /^[\w.*]+$/.test(pattern))
    .map((pattern) => new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[A-Za-z0-9_]+')}$`));

  it('use every key', () => {
    const unused = keys.filter((key) => !literals.has(key) && !patterns.some((pattern) => pattern.test(key)));
    expect(unused).toEqual([]);
  });

  it('exist, also where t is called with a literal', () => {
    const called = [...code.matchAll(/\bt\(\s*'([^']+)'/g)].map((match) => match[1] ?? '');
    expect(called.length).toBeGreaterThan(100);
    expect(called.filter((key) => !(key in de))).toEqual([]);
  });

  it('build only keys that exist', () => {
    for (const pattern of patterns)
      expect(
        keys.some((key) => pattern.test(key)),
        String(pattern),
      ).toBe(true);
  });
});
