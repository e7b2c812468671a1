import type { app } from '~/wailsjs/go/models';
import * as bound from '~/wailsjs/go/app/Shop';
import { call } from './errors';

export type ShopDetails = app.ShopDetails;
export type ShopDesk = app.ShopDesk;
export type TimeSpan = app.TimeSpan;
export type HoursWords = app.HoursWords;
export type Holiday = app.HolidayRow;

export function getDetails(): Promise<ShopDesk> {
  return call(() => bound.GetDetails());
}

export function saveDetails(details: ShopDetails): Promise<void> {
  return call(() => bound.SaveDetails(details));
}

export function listHolidays(region: string): Promise<Holiday[]> {
  return call(() => bound.ListHolidays(region));
}

export function describeHours(details: ShopDetails): Promise<HoursWords> {
  return call(() => bound.DescribeHours(details));
}
