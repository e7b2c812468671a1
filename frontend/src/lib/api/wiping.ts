import type { app } from '~/wailsjs/go/models';
import * as bound from '~/wailsjs/go/app/Wiping';
import { call } from './errors';

export type WipePreview = app.WipePreview;
export type WipeState = app.WipeState;

export const preview = (): Promise<WipePreview> => call(() => bound.Preview());
export const run = (word: string): Promise<WipeState> => call(() => bound.Run(word));
export const result = (): Promise<WipeState> => call(() => bound.Result());
export const quit = (): Promise<void> => call(() => bound.Quit());
