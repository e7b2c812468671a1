import type { I18n } from '~/lib/i18n/i18n.svelte';
import { itemName } from './words';

/** Names the field of the details that Go names by its path, as "register.number". */
export function fieldPath(path: string, t: I18n['t']): string {
  const [first = '', second] = path.split('.');
  switch (first) {
    case 'street':
      return t('profile.shop.street');
    case 'postalCode':
      return t('profile.shop.postalCode');
    case 'city':
      return t('profile.shop.city');
    case 'form':
      return t('profile.legal.form');
    case 'privacy':
      return second === 'authority' ? t('profile.privacy.authority') : t('profile.privacy.title');
    default:
      return itemName(first, t);
  }
}
