import type { Language } from '~/lib/api';

const minute = 60_000;
const hour = 60 * minute;

/** What one language makes of times. Everything is relative to a given now, in the computer's time zone. */
export class TimeFormat {
  readonly #clock: Intl.DateTimeFormat;
  readonly #weekday: Intl.DateTimeFormat;
  readonly #numeric: Intl.DateTimeFormat;
  readonly #date: Intl.DateTimeFormat;
  readonly #dateWithDay: Intl.DateTimeFormat;
  readonly #relative: Intl.RelativeTimeFormat;
  readonly #ago: Intl.RelativeTimeFormat;
  readonly #units: Record<'hour' | 'minute', Intl.NumberFormat>;

  constructor(language: Language) {
    const locale = language === 'de' ? 'de-DE' : 'en-GB';
    const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options);
    const unit = (name: 'hour' | 'minute') =>
      new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short' });
    this.#clock = format({ hour: '2-digit', minute: '2-digit' });
    this.#weekday = format({ weekday: 'long' });
    this.#numeric = format({ day: '2-digit', month: '2-digit', year: 'numeric' });
    this.#date = format({ day: 'numeric', month: 'short', year: 'numeric' });
    this.#dateWithDay = format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
    this.#relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
    this.#ago = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
    this.#units = { hour: unit('hour'), minute: unit('minute') };
  }

  /** "12:04" */
  clock(at: Date): string {
    return this.#clock.format(at);
  }

  /** For the list: today the time, then "gestern", the weekday for a week, then the date. */
  short(at: Date, now: Date): string {
    const days = daysBetween(at, now);
    if (days <= 0) return this.#clock.format(at);
    if (days === 1) return this.#relative.format(-1, 'day');
    if (days < 7) return this.#weekday.format(at);
    return this.#numeric.format(at);
  }

  /** For the line between two days: "heute", "gestern", "Samstag, 22. November 2026". */
  day(at: Date, now: Date): string {
    const days = daysBetween(at, now);
    if (days === 0 || days === 1) return this.#relative.format(-days, 'day');
    return this.#dateWithDay.format(at);
  }

  /** "heute 17:00", "morgen 09:00", "gestern 12:04", else "22. Nov. 2026, 09:00". */
  moment(at: Date, now: Date): string {
    const days = daysBetween(at, now);
    const clock = this.#clock.format(at);
    if (Math.abs(days) <= 1) return `${this.#relative.format(days === 0 ? 0 : -days, 'day')} ${clock}`;
    return `${this.#date.format(at)}, ${clock}`;
  }

  /** "22. Nov. 2026" */
  date(at: Date): string {
    return this.#date.format(at);
  }

  /** "vor 20 Sek.", "vor 2 Min.", "vor 3 Std.", then the date. */
  ago(at: Date, now: Date): string {
    const passed = Math.max(0, now.getTime() - at.getTime());
    if (passed < minute) return this.#ago.format(-Math.floor(passed / 1000), 'second');
    if (passed < hour) return this.#ago.format(-Math.floor(passed / minute), 'minute');
    if (passed < 24 * hour) return this.#ago.format(-Math.floor(passed / hour), 'hour');
    return this.#date.format(at);
  }

  /** What is left: hours while there are many, hours and minutes under 3 h, then minutes (at least 1). */
  left(until: Date, now: Date): string {
    const minutes = Math.max(1, Math.ceil((until.getTime() - now.getTime()) / minute));
    const hours = Math.floor(minutes / 60);
    const rest = minutes % 60;
    if (hours >= 3) return this.#units.hour.format(hours);
    if (hours === 0) return this.#units.minute.format(minutes);
    if (rest === 0) return this.#units.hour.format(hours);
    return `${this.#units.hour.format(hours)} ${this.#units.minute.format(rest)}`;
  }
}

/** Whole calendar days from one time to another, in the computer's time zone. */
export function daysBetween(from: Date, to: Date): number {
  const start = Date.UTC(from.getFullYear(), from.getMonth(), from.getDate());
  const end = Date.UTC(to.getFullYear(), to.getMonth(), to.getDate());
  return Math.round((end - start) / (24 * hour));
}
