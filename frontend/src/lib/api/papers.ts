import type { app } from '~/wailsjs/go/models';
import * as bound from '~/wailsjs/go/app/Papers';
import { call } from './errors';

export type PapersDesk = app.PapersDesk;
export type PaperRow = app.PaperRow;
export type PaperSheet = app.PaperSheet;
export type PaperBlock = app.PaperBlock;
export type PaperDrawing = app.PaperDrawing;
export type PaperVersion = app.PaperVersionRow;
export type CheckRow = app.CheckRow;
export type ContractsDesk = app.ContractsDesk;
export type ContractRow = app.ContractRow;
export type PaperAnswers = app.PaperAnswers;
export type ScreeningSheet = app.ScreeningSheet;
export type BreachRow = app.BreachRow;
export type BreachesSheet = app.BreachesSheet;
export type BreachClock = app.BreachClock;

export const list = (language: string): Promise<PapersDesk> => call(() => bound.List(language));
export const get = (kind: string, language: string): Promise<PaperSheet> =>
  call(() => bound.Get({ kind, language }));
export const confirm = (request: app.ConfirmPaperRequest): Promise<PaperSheet> =>
  call(() => bound.Confirm(request));
export const save = (kind: string, language: string): Promise<app.PrintSaved> =>
  call(() => bound.Save({ kind, language }));
export const versions = (kind: string, language: string): Promise<PaperVersion[]> =>
  call(() => bound.ListVersions({ kind, language }));
export const saveVersion = (kind: string, language: string, id: number): Promise<app.PrintSaved> =>
  call(() => bound.SaveVersion({ kind, language, id }));
export const contracts = (language: string): Promise<ContractsDesk> =>
  call(() => bound.ListContracts(language));
export const addContract = (contract: ContractRow, file: boolean, language: string): Promise<ContractsDesk> =>
  call(() => bound.AddContract({ contract, file, language } as app.AddContractRequest));
export const deleteContract = (id: number): Promise<void> => call(() => bound.DeleteContract(id));
export const saveContractFile = (id: number): Promise<app.PrintSaved> =>
  call(() => bound.SaveContractFile(id));
export const answers = (): Promise<PaperAnswers> => call(() => bound.GetAnswers());
export const setAnswers = (said: PaperAnswers): Promise<void> => call(() => bound.SetAnswers(said));
export const screening = (language: string): Promise<ScreeningSheet> =>
  call(() => bound.GetScreening(language));
export const setScreening = (sheet: ScreeningSheet): Promise<void> => call(() => bound.SetScreening(sheet));
export const breaches = (): Promise<BreachesSheet> => call(() => bound.ListBreaches());
export const saveBreach = (row: BreachRow): Promise<BreachRow> => call(() => bound.SaveBreach(row));
export const breachPaper = (id: number, language: string, register: boolean): Promise<PaperSheet> =>
  call(() => bound.GetBreachPaper({ id, language, register }));
export const saveBreachPaper = (id: number, language: string, register: boolean): Promise<app.PrintSaved> =>
  call(() => bound.SaveBreachPaper({ id, language, register }));
