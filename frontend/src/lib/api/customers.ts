import * as bound from '~/wailsjs/go/app/Customers';
import * as convert from './convert';
import { call } from './errors';
import type { Customer, ErasurePreview, ErasureReport } from './types';

export async function getCustomer(customerId: string): Promise<Customer> {
  return convert.customer(await call(() => bound.GetCustomer(customerId)));
}

export function rename(customerId: string, shopName: string): Promise<void> {
  return call(() => bound.Rename({ customerId, shopName }));
}

export function previewErasure(customerId: string): Promise<ErasurePreview> {
  return call(() => bound.PreviewErasure(customerId));
}

export async function getErasure(jobId: number): Promise<ErasureReport> {
  return convert.erasureReport(await call(() => bound.GetErasure(jobId)));
}
