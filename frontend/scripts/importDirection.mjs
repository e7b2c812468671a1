// ESLint rule: imports go down only (routes → features → components → lib), no feature imports another,
// and only lib/api knows the generated bindings.
import { dirname, join, relative, resolve } from 'node:path';

const source = join(import.meta.dirname, '../src');
const layers = ['routes', 'features', 'components', 'lib'];

/** The path of a file below src, with forward slashes, or null if it lies elsewhere. */
function below(path) {
  const rest = relative(source, path).replaceAll('\\', '/');
  return rest.startsWith('..') ? null : rest;
}

export function whyForbidden(from, to) {
  const [fromLayer, fromName] = from.split('/');
  const [toLayer, toName] = to.split('/');
  if (toLayer === 'wailsjs' && !from.startsWith('lib/api/'))
    return 'only lib/api knows the generated bindings';
  const fromRank = layers.indexOf(fromLayer);
  const toRank = layers.indexOf(toLayer);
  if (fromRank === -1 || toRank === -1) return null;
  if (toRank < fromRank) return `${fromLayer} must not import ${toLayer}: imports go down only`;
  if (fromLayer === 'features' && toLayer === 'features' && fromName !== toName) {
    return 'a feature must not import another: let a route compose them';
  }
  return null;
}

export const importDirection = {
  meta: { type: 'problem', schema: [], messages: { forbidden: '{{reason}}.' } },
  create(context) {
    const from = below(context.filename);
    if (from === null) return {};
    return {
      ImportDeclaration(node) {
        const name = String(node.source.value);
        const target = name.startsWith('~/')
          ? join(source, name.slice(2))
          : name.startsWith('.')
            ? resolve(dirname(context.filename), name)
            : null;
        const to = target && below(target);
        const reason = to ? whyForbidden(from, to) : null;
        if (reason) context.report({ node, messageId: 'forbidden', data: { reason } });
      },
    };
  },
};
