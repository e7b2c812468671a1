import * as bound from '~/wailsjs/go/app/Attention';
import type { app } from '~/wailsjs/go/models';
import { call } from './errors';
import type { Language } from './types';

/** How much a notification says. */
export const shows = ['count', 'name', 'text'] as const;
type Show = (typeof shows)[number];

/** What points something out to the shop's people. */
export interface AttentionForm extends Omit<app.AttentionForm, 'show'> {
  show: Show;
}

export interface AttentionState {
  form: AttentionForm;
  /** Whether this system shows notifications. */
  shown: boolean;
}

function toState(state: app.AttentionState): AttentionState {
  const show = shows.find((known) => known === state.form.show) ?? 'count';
  return { shown: state.shown, form: { ...state.form, show } };
}

export async function get(): Promise<AttentionState> {
  return toState(await call(() => bound.Get()));
}

export async function save(form: AttentionForm): Promise<AttentionState> {
  return toState(await call(() => bound.Save(form)));
}

/** Shows a notification now. Fails with not_found if this system shows none. */
export function tryNotification(): Promise<void> {
  return call(() => bound.Try());
}

/** Says whether somebody looks at the window, and at which conversation (0: none). */
export function setView(focused: boolean, conversationId: number, language: Language): Promise<void> {
  return call(() => bound.SetView({ focused, conversationId, language }));
}

export function dismissHint(messageId: string): Promise<void> {
  return call(() => bound.DismissHint(messageId));
}
