import type { Rule } from 'eslint';

/** Why the file from (a path below src) must not import to, or null if it may. */
export function whyForbidden(from: string, to: string): string | null;
export const importDirection: Rule.RuleModule;
