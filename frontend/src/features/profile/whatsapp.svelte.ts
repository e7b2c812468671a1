import {
  profile,
  toApiError,
  type ApiError,
  type Automation,
  type AutomationDesk,
  type BusinessProfile,
  type ProfileDesk,
  type ProfileReview,
  type ProfileSaved,
  type Username,
} from '~/lib/api';

/** The business profile: read, edited, reviewed, written and read back. Nothing is written without a review. */
export class BusinessProfileState {
  desk: ProfileDesk | null = $state.raw(null);
  /** Two websites always, so that both have a field. */
  form: BusinessProfile = $state(withSites(emptyProfile()));
  /** A cropped picture that is not sent yet: a JPEG in base64. */
  picture = $state('');
  /** What WhatsApp shows and was sent from here. */
  shownPicture = $state('');
  review: ProfileReview | null = $state.raw(null);
  saved: ProfileSaved | null = $state.raw(null);
  loading = $state(false);
  saving = $state(false);
  loadError: ApiError | null = $state.raw(null);
  error: ApiError | null = $state.raw(null);

  changedSomething = $derived(
    this.desk !== null && (this.picture !== '' || !same(this.desk.profile, trimmed(this.form))),
  );

  async load(): Promise<void> {
    if (this.loading) return;
    this.loading = true;
    this.loadError = null;
    try {
      const desk = await profile.getProfile();
      this.desk = desk;
      this.form = withSites(desk.profile);
      this.shownPicture = desk.picture;
      this.error = null;
    } catch (reason) {
      this.loadError = toApiError(reason);
    } finally {
      this.loading = false;
    }
  }

  limit(field: string): number {
    return this.desk?.limits.find((limit) => limit.field === field)?.max ?? 256;
  }

  takeFromShop(): void {
    if (this.desk) this.form = { ...withSites(this.desk.proposal), about: this.form.about };
  }

  problem(...path: (string | number)[]): boolean {
    return this.error?.code === 'invalid' && this.error.field === path.join('.');
  }

  /** Asks what would change; the answer opens the question whether to write it. */
  async ask(): Promise<void> {
    if (!this.desk) return;
    this.saved = null;
    this.error = null;
    try {
      this.review = await profile.reviewProfile(this.#edit(this.desk));
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  async save(): Promise<void> {
    if (!this.desk || this.saving) return;
    this.saving = true;
    try {
      const saved = await profile.saveProfile(this.#edit(this.desk));
      if (this.picture) this.shownPicture = this.picture;
      this.picture = '';
      this.saved = saved;
      this.desk = { ...this.desk, profile: saved.profile, hasPicture: saved.hasPicture };
      this.form = withSites(saved.profile);
    } catch (reason) {
      this.error = toApiError(reason);
    } finally {
      this.saving = false;
      this.review = null;
    }
  }

  #edit(desk: ProfileDesk) {
    return { seen: desk.profile, new: trimmed($state.snapshot(this.form)), picture: this.picture };
  }
}

function emptyProfile(): BusinessProfile {
  return { about: '', address: '', description: '', email: '', websites: [], vertical: '' };
}

function withSites(shown: BusinessProfile): BusinessProfile {
  return { ...shown, websites: [shown.websites[0] ?? '', shown.websites[1] ?? ''] };
}

function trimmed(form: BusinessProfile): BusinessProfile {
  return { ...form, websites: form.websites.map((site) => site.trim()).filter((site) => site !== '') };
}

function same(a: BusinessProfile, b: BusinessProfile): boolean {
  return JSON.stringify(trimmed(a)) === JSON.stringify(b);
}

/** What WhatsApp offers in an empty chat. */
export class AutomationState {
  desk: AutomationDesk | null = $state.raw(null);
  form: Automation = $state({ welcome: false, prompts: [], commands: [] });
  saving = $state(false);
  saved = $state(false);
  error: ApiError | null = $state.raw(null);

  async load(): Promise<void> {
    this.error = null;
    try {
      this.desk = await profile.getAutomation();
      this.form = structuredClone(this.desk.automation);
    } catch (reason) {
      this.error = toApiError(reason);
    }
  }

  problem(...path: (string | number)[]): boolean {
    return this.error?.code === 'invalid' && this.error.field === path.join('.');
  }

  async save(): Promise<void> {
    if (!this.desk || this.saving) return;
    this.saving = true;
    this.saved = false;
    this.error = null;
    try {
      this.form = await profile.saveAutomation($state.snapshot(this.form));
      this.saved = true;
    } catch (reason) {
      this.error = toApiError(reason);
    } finally {
      this.saving = false;
    }
  }
}

/** The shop's username, where WhatsApp has opened them. */
export class UsernameState {
  shown: Username | null = $state.raw(null);
  name = $state('');
  busy = $state(false);
  error: ApiError | null = $state.raw(null);

  async load(): Promise<void> {
    await this.#run(() => profile.getUsername());
  }

  async set(name: string): Promise<void> {
    await this.#run(() => profile.setUsername(name));
  }

  async #run(ask: () => Promise<Username>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.error = null;
    try {
      this.shown = await ask();
      this.name = this.shown.name;
    } catch (reason) {
      this.error = toApiError(reason);
    } finally {
      this.busy = false;
    }
  }
}
