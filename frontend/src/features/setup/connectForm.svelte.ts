import type { ConnectRequest, Provider } from '~/lib/api';

export const shortestPassphrase = 10;

/** What a form field is about; the same names as in ConnectRequest, because errors of the Go side carry them. */
export type FieldName = keyof ConnectRequest;

/** The connect-by-hand form: its values and which of them cannot be right. */
export class ConnectForm {
  provider: Provider = $state('meta');
  baseUrl = $state('');
  phoneNumberId = $state('');
  wabaId = $state('');
  token = $state('');
  appSecret = $state('');
  verifyToken = $state('');
  listenAddr = $state('127.0.0.1:8091');
  passphrase = $state('');
  passphraseAgain = $state('');
  /** Fields are marked only after the first attempt to send the form. */
  attempted = $state(false);

  /** True where there is no keychain that could hold the key. */
  needsPassphrase = $state(false);

  constructor(keychain: boolean) {
    this.needsPassphrase = !keychain;
  }

  missing: ReadonlySet<FieldName> = $derived.by(() => {
    const required: FieldName[] = [
      'phoneNumberId',
      'wabaId',
      'token',
      'appSecret',
      'verifyToken',
      'listenAddr',
    ];
    if (this.provider === 'custom') required.push('baseUrl');
    return new Set(required.filter((name) => this[name].trim() === ''));
  });

  passphraseTooShort = $derived(this.needsPassphrase && [...this.passphrase].length < shortestPassphrase);
  passphraseDiffers = $derived(this.needsPassphrase && this.passphrase !== this.passphraseAgain);
  complete = $derived(this.missing.size === 0 && !this.passphraseTooShort && !this.passphraseDiffers);

  request(): ConnectRequest {
    return {
      provider: this.provider,
      baseUrl: this.provider === 'custom' ? this.baseUrl.trim() : '',
      phoneNumberId: this.phoneNumberId.trim(),
      wabaId: this.wabaId.trim(),
      token: this.token.trim(),
      appSecret: this.appSecret.trim(),
      verifyToken: this.verifyToken.trim(),
      listenAddr: this.listenAddr.trim(),
      passphrase: this.needsPassphrase ? this.passphrase : '',
    };
  }

  /** Takes the secrets out of the window's memory. */
  forgetSecrets(): void {
    this.token = '';
    this.appSecret = '';
    this.verifyToken = '';
    this.passphrase = '';
    this.passphraseAgain = '';
  }
}
