import type { I18n } from '~/lib/i18n/i18n.svelte';

type Translate = I18n['t'];

/** What the button to a page is called. */
export function goWords(t: Translate, where: string): string {
  switch (where) {
    case 'profile':
      return t('papers.go.profile');
    case 'answers':
      return t('papers.go.answers');
    case 'contracts':
      return t('papers.go.contracts');
    case 'screening':
      return t('papers.go.screening');
    case 'backup':
      return t('papers.go.backup');
    case 'keeping':
      return t('papers.go.keeping');
    case 'connection':
      return t('papers.go.connection');
    case 'texts':
      return t('papers.go.texts');
    case 'record':
      return t('papers.go.record');
    default:
      return t('papers.go.settings');
  }
}

/** What is missing, in words; the contracts' keys carry the party behind a dot. */
export function gapWords(t: Translate, key: string): string {
  switch (key.split('.')[0]) {
    case 'name':
    case 'people':
    case 'address':
    case 'mail':
    case 'phone':
      return t('papers.gap.shop');
    case 'privacyUrl':
      return t('papers.gap.privacyUrl');
    case 'authority':
      return t('papers.gap.authority');
    case 'officer':
      return t('papers.gap.officer');
    case 'tax':
      return t('papers.gap.tax');
    case 'help':
      return t('papers.gap.help');
    case 'relayOperator':
    case 'relayPlace':
      return t('papers.gap.relay');
    case 'assessed':
      return t('papers.gap.assessed');
    case 'contract':
      return t('papers.gap.contract');
    case 'contractDue':
      return t('papers.gap.contractDue');
    case 'screening':
      return t('papers.gap.screening');
    case 'backup':
      return t('papers.gap.backup');
    case 'retentionOff':
    case 'ruleOff':
    case 'caseRule':
      return t('papers.gap.rules');
    case 'provider':
      return t('papers.gap.provider');
    default:
      return t('papers.gap.other');
  }
}

/** Takes the focus of a button that went away with the list. */
export function focusHere(element: HTMLElement): void {
  element.focus();
}
