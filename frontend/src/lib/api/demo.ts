import * as bound from '~/wailsjs/go/app/Demo';
import * as convert from './convert';
import { call } from './errors';
import type { DemoCustomer, DemoMessage } from './types';

export function listCustomers(): Promise<DemoCustomer[]> {
  return call(() => bound.ListCustomers());
}

export async function thread(customerId: string): Promise<DemoMessage[]> {
  const messages = await call(() => bound.Thread(customerId));
  return messages.map(convert.demoMessage);
}

export function say(customerId: string, text: string): Promise<void> {
  return call(() => bound.Say({ customerId, text }));
}

/** The customer's phone reads a code and sends what it types. */
export function scan(customerId: string, link: string): Promise<string> {
  return call(() => bound.Scan({ customerId, link }));
}
