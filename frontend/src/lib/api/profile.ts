import type { app, profile } from '~/wailsjs/go/models';
import * as bound from '~/wailsjs/go/app/Profile';
import { call } from './errors';

export type BusinessProfile = profile.Profile;
export type ProfileDesk = app.ProfileDesk;
export type ProfileEdit = app.ProfileEdit;
export type ProfileReview = app.ProfileReview;
export type ProfileSaved = app.ProfileSaved;
export type Username = app.UsernameRow;
export type Automation = app.Automation;
export type AutomationDesk = app.AutomationDesk;

export function getProfile(): Promise<ProfileDesk> {
  return call(() => bound.GetProfile());
}

export function reviewProfile(edit: ProfileEdit): Promise<ProfileReview> {
  return call(() => bound.ReviewProfile(edit));
}

export function saveProfile(edit: ProfileEdit): Promise<ProfileSaved> {
  return call(() => bound.SaveProfile(edit));
}

/** Cuts a square out of a file in base64, in pixels of the upright picture; answers a JPEG in base64. */
export function cropPicture(request: app.CropRequest): Promise<string> {
  return call(() => bound.CropPicture(request));
}

export function getUsername(): Promise<Username> {
  return call(() => bound.GetUsername());
}

/** An empty name gives the username up. */
export function setUsername(name: string): Promise<Username> {
  return call(() => bound.SetUsername(name));
}

export function getAutomation(): Promise<AutomationDesk> {
  return call(() => bound.GetAutomation());
}

export function saveAutomation(automation: Automation): Promise<Automation> {
  return call(() => bound.SaveAutomation(automation));
}
