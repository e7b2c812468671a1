import { Doing } from './doing.svelte';

/** Whether a passphrase is too short to seal with; an empty one is none. */
export function tooShort(passphrase: string): boolean {
  return passphrase !== '' && [...passphrase].length < 12;
}

/** State that seals with a new passphrase, typed twice: nobody can open what it makes without it. */
export class Sealing<Name extends string> extends Doing<Name> {
  passphrase = $state('');
  repeated = $state('');

  get short(): boolean {
    return tooShort(this.passphrase);
  }

  get differs(): boolean {
    return this.repeated !== '' && this.repeated !== this.passphrase;
  }

  get ready(): boolean {
    return this.passphrase !== '' && !this.short && this.repeated === this.passphrase;
  }
}
