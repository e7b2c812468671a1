import * as bound from '~/wailsjs/go/app/Counter';
import type { app } from '~/wailsjs/go/models';
import { call } from './errors';

export const roles = ['owner', 'staff', 'reader'] as const;
export type Role = (typeof roles)[number];

/** One of the shop's own people, as somebody who can sign in. */
export interface CounterPerson {
  id: number;
  name: string;
  role: Role;
  hasPin: boolean;
}

/** Who stands at the counter. */
export interface CounterState {
  /** False in a shop without PINs, where everybody is the owner. */
  on: boolean;
  locked: boolean;
  /** Null while locked. */
  role: Role | null;
  /** Who is signed in, or was before the window locked; 0 for nobody. */
  personId: number;
  /** While locked those who can sign in, otherwise all colleagues. */
  people: CounterPerson[];
  idleMinutes: number;
  /** The data folder's passphrase is a way back without a PIN. */
  passphrase: boolean;
  /** There is a recovery code. */
  code: boolean;
  unread: number;
  /** When all PINs were taken away from outside the window, or null. */
  forgottenAt: Date | null;
}

/** How a try ended: waitMs is how long the next one has to wait. */
export type TryResult = app.UnlockResult;

function toRole(role: string): Role | null {
  return roles.find((known) => known === role) ?? null;
}

export async function state(): Promise<CounterState> {
  const { forgottenAtMs, ...row } = await call(() => bound.State());
  return {
    ...row,
    role: toRole(row.role),
    people: row.people.map((person) => ({ ...person, role: toRole(person.role) ?? 'reader' })),
    forgottenAt: forgottenAtMs > 0 ? new Date(forgottenAtMs) : null,
  };
}

export function unlock(personId: number, pin: string): Promise<TryResult> {
  return call(() => bound.Unlock({ personId, pin }));
}

/** The owner's way back: secret is the recovery code or the data folder's passphrase. */
export function recover(personId: number, secret: string, newPin: string): Promise<TryResult> {
  return call(() => bound.Recover({ personId, secret, newPin }));
}

export function lock(): Promise<void> {
  return call(() => bound.Lock());
}

/** Notes that somebody is working at the window. */
export function touch(): Promise<void> {
  return call(() => bound.Touch());
}

/** Begins locking with the owner's PIN and returns the recovery code; personId 0 is a new colleague. */
export async function turnOn(personId: number, name: string, pin: string): Promise<string> {
  return (await call(() => bound.TurnOn({ personId, name, pin }))).code;
}

export function turnOff(): Promise<void> {
  return call(() => bound.TurnOff());
}

/** Gives somebody a PIN; an empty one means that person cannot sign in. */
export function setPin(personId: number, pin: string): Promise<void> {
  return call(() => bound.SetPIN({ personId, pin }));
}

export function changePin(oldPin: string, newPin: string): Promise<TryResult> {
  return call(() => bound.ChangePIN({ old: oldPin, new: newPin }));
}

export function setRole(personId: number, role: Role): Promise<void> {
  return call(() => bound.SetRole({ personId, role }));
}

export function setIdle(minutes: number): Promise<void> {
  return call(() => bound.SetIdle(minutes));
}

export async function newCode(): Promise<string> {
  return (await call(() => bound.NewCode())).code;
}
