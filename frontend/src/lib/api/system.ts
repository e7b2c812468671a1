import * as bound from '~/wailsjs/go/app/System';
import * as convert from './convert';
import { call } from './errors';
import type { Connection, LinkCheck, Settings } from './types';

export async function connection(): Promise<Connection> {
  return convert.connection(await call(() => bound.Connection()));
}

/** Tries again what does not work, and throws an ApiError with the first reason it meets. */
export async function checkConnection(): Promise<Connection> {
  return convert.connection(await call(() => bound.CheckConnection()));
}

export async function getSettings(): Promise<Settings> {
  return convert.settings(await call(() => bound.GetSettings()));
}

export function saveSettings(settings: Settings): Promise<void> {
  return call(() => bound.SaveSettings(settings));
}

export function checkLink(url: string): Promise<LinkCheck> {
  return call(() => bound.CheckLink(url));
}

export function openLink(url: string): Promise<void> {
  return call(() => bound.OpenLink(url));
}
