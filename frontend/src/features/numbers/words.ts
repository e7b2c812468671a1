import type { NumbersPage } from '~/lib/api/numbers';
import type { I18n } from '~/lib/i18n/i18n.svelte';

type Words = Pick<I18n, 't' | 'has'>;

/** What a kind of message is called; kinds this window does not know keep their own word. */
export function kindName(i18n: Words, kind: string): string {
  const key = `kind.${kind}`;
  return i18n.has(key) ? i18n.t(key) : kind;
}

export function sourceName({ t }: Words, source: NumbersPage['sources'][number]): string {
  if (source.kind !== 'code') return t(`numbers.source.${source.kind}`);
  return source.name || t('numbers.source.removed');
}

/** The words of the exported table, by the codes of app/numbers.go. */
export function tableWords(i18n: Words, page: NumbersPage): Record<string, string> {
  const { t } = i18n;
  const words: Record<string, string> = {
    period: t('numbers.table.period'),
    topic: t('numbers.table.what'),
    bucket: t('numbers.table.kind'),
    count: t('numbers.table.count'),
    'topic.in': t('numbers.topic.in'),
    'topic.out': t('numbers.topic.out'),
    'topic.answer': t('numbers.topic.answer'),
    'topic.source': t('numbers.topic.source'),
    'topic.hour': t('numbers.topic.hour'),
    'out.hand': t('numbers.hand'),
    'out.auto': t('numbers.auto'),
    'out.broadcast': t('numbers.broadcast'),
    'source.direct': t('numbers.source.direct'),
    'source.widget': t('numbers.source.widget'),
    'source.ad': t('numbers.source.ad'),
  };
  for (const { name } of page.answers) words[['answer', name].join('.')] = t(`numbers.bucket.${name}`);
  for (const { name } of page.kinds) words[['in', name].join('.')] = kindName(i18n, name);
  return words;
}
