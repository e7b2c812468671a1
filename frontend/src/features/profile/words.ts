import type { I18n, MessageKey } from '~/lib/i18n/i18n.svelte';

type T = I18n['t'];

/** Translates a word of Go; one this window does not know is shown as it came. */
function worded<W extends string>(
  known: readonly W[],
  word: string,
  key: (word: W) => MessageKey,
  t: T,
): string {
  const found = known.find((candidate) => candidate === word);
  return found === undefined ? word : t(key(found));
}

const regions = [
  'DE_BW',
  'DE_BY',
  'DE_BE',
  'DE_BB',
  'DE_HB',
  'DE_HH',
  'DE_HE',
  'DE_MV',
  'DE_NI',
  'DE_NW',
  'DE_RP',
  'DE_SL',
  'DE_SN',
  'DE_ST',
  'DE_SH',
  'DE_TH',
  'AT',
] as const;

export function regionName(region: string, t: T): string {
  return worded(regions, region.replace('-', '_'), (word) => `profile.region.${word}`, t);
}

const forms = [
  'de_sole',
  'de_freelance',
  'de_ek',
  'de_gbr',
  'de_egbr',
  'de_ohg',
  'de_kg',
  'de_gmbhcokg',
  'de_ug',
  'de_gmbh',
  'de_verein',
  'at_sole',
  'at_freelance',
  'at_eu',
  'at_og',
  'at_kg',
  'at_gmbh',
  'at_verein',
  'ch_sole',
  'ch_kollektiv',
  'ch_gmbh',
  'ch_ag',
  'ch_verein',
] as const;

export function formName(form: string, t: T): string {
  return worded(forms, form.replace('-', '_'), (word) => `profile.form.${word}`, t);
}

const verticals = [
  'OTHER',
  'AUTO',
  'BEAUTY',
  'APPAREL',
  'EDU',
  'ENTERTAIN',
  'EVENT_PLAN',
  'FINANCE',
  'GROCERY',
  'GOVT',
  'HOTEL',
  'HEALTH',
  'NONPROFIT',
  'PROF_SERVICES',
  'RETAIL',
  'TRAVEL',
  'RESTAURANT',
  'ALCOHOL',
  'ONLINE_GAMBLING',
  'PHYSICAL_GAMBLING',
  'OTC_DRUGS',
] as const;

export function verticalName(vertical: string, t: T): string {
  return worded(verticals, vertical, (word) => `profile.vertical.${word}`, t);
}

const items = [
  'name',
  'people',
  'partner',
  'address',
  'email',
  'phone',
  'register',
  'vatId',
  'businessId',
  'authority',
  'profession',
  'membership',
  'purpose',
  'liquidation',
  'editor',
  'dispute',
] as const;

export function itemName(key: string, t: T): string {
  return worded(items, key, (word) => `profile.item.${word}`, t);
}

const faults = [
  'missing',
  'malformed',
  'tooLong',
  'foreign',
  'legalForm',
  'poBox',
  'fullName',
  'taxNumber',
] as const;

export function faultWords(fault: string, t: T): string {
  return worded(faults, fault, (word) => `profile.fault.${word}`, t);
}

const fields = ['about', 'address', 'description', 'email', 'websites', 'vertical', 'picture'] as const;

export function fieldName(field: string, t: T): string {
  return worded(fields, field, (word) => `profile.field.${word}`, t);
}

const advice = ['imprintWord', 'imprintInDescription', 'https', 'noImprint'] as const;

export function adviceWords(word: string, t: T): string {
  return worded(advice, word, (known) => `profile.advice.${known}`, t);
}

const findings = [
  'answers',
  'status',
  'notHtml',
  'unknownHost',
  'noAnswer',
  'certificate',
  'redirects',
  'redirected',
  'noHttps',
  'useHttps',
  'tooLarge',
  'littleText',
  'itemFound',
  'itemMissing',
  'itemUnknown',
  'emailHidden',
  'outdatedLaw',
  'foreignLaw',
  'odr',
  'taxNumber',
  'vagueStance',
  'draft',
  'anchorMissing',
  'noWhatsApp',
] as const;

export function findingWords(code: string, t: T): string {
  return worded(findings, code, (word) => `profile.finding.${word}`, t);
}

export const weekdays = [0, 1, 2, 3, 4, 5, 6] as const;
