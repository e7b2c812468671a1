/** Relay, guided setup and health in the fake Go side. */
import type { app } from '../src/wailsjs/go/models';

export interface ConnectData {
  relay: app.RelayState;
  guide: app.GuideState;
  health: app.HealthState;
  diagnosis: string;
}

const day = 24 * 3_600_000;

export const line = (word: string, state: string, rest: Partial<app.FindingRow> = {}): app.FindingRow => ({
  word,
  state,
  code: '',
  number: 0,
  value: '',
  atMs: 0,
  ...rest,
});

const names = ['token', 'number', 'secret', 'region', 'register', 'relay', 'callback', 'test'];

export function connecting(now: number): ConnectData {
  return {
    relay: {
      paired: true,
      host: 'relay.example.de',
      reached: true,
      devices: [
        { id: 'K7Q2M4XA', pairedAtMs: now - 40 * day, lastSeenMs: now - 60_000, this: true },
        { id: 'T3H9W8RB', pairedAtMs: now - 12 * day, lastSeenMs: now - 3 * day, this: false },
      ],
      waiting: 0,
      oldestMs: 0,
      unreadable: 0,
      unverified: 0,
      lastContactMs: now - 20_000,
    } as unknown as app.RelayState,
    guide: {
      running: false,
      provider: 'meta',
      baseUrl: '',
      steps: [],
      current: '',
      numbers: [],
      numberId: '',
      region: 'DE',
      connected: false,
      testSinceMs: 0,
      needsPassphrase: false,
    } as unknown as app.GuideState,
    health: {
      checkedAtMs: now - 2 * 3_600_000,
      findings: [
        line('health.receiving', 'passed', { value: 'relay' }),
        line('health.lastDelivery', 'passed', { atMs: now - 120_000 }),
        line('health.waiting', 'passed'),
        line('health.sending', 'passed'),
        line('health.clock', 'passed'),
        line('health.provider', 'passed'),
        line('health.callback', 'passed'),
        line('token.valid', 'passed'),
        line('token.lifeUntil', 'passed', { atMs: now + 50 * day }),
        line('health.number', 'passed'),
        line('health.quality', 'passed'),
        line('health.limit', 'passed', { value: '250' }),
        line('health.name', 'passed', { value: 'Blumen Anders' }),
        line('health.payment', 'passed'),
      ],
      alerts: [],
      hosts: ['graph.facebook.com', 'lookaside.fbsbx.com', '.fbcdn.net', 'relay.example.de'],
    } as unknown as app.HealthState,
    diagnosis:
      'TRESEN DIAGNOSIS\n\nversion                0.1.0\nsystem                 linux/amd64\n\nCHECKS\n\npassed                 health.receiving relay\n',
  };
}

/** The guide as it stands before one of its steps, all before it passed. */
export function guideBefore(step: string, now: number): app.GuideState {
  const at = names.indexOf(step);
  return {
    ...connecting(now).guide,
    running: true,
    current: step,
    numberId: at > 1 ? '106540352242922' : '',
    numbers: [
      {
        id: '106540352242922',
        displayNumber: '+49 30 901820',
        verifiedName: 'Blumen Anders',
        onPhoneApp: false,
        verified: at > 4,
        registered: false,
      },
      {
        id: '206540352242922',
        displayNumber: '+49 171 3920077',
        verifiedName: 'Blumen Anders Handy',
        onPhoneApp: true,
        verified: true,
        registered: true,
      },
    ],
    connected: at > 6,
    testSinceMs: at > 6 ? now : 0,
    steps: names.map((name, index) => ({
      name,
      state: index < at ? 'passed' : 'open',
      findings: [],
      atMs: index < at ? now : 0,
    })),
  } as unknown as app.GuideState;
}

/** What the window may call of it. */
export function connectMethods(
  data: ConnectData,
  emit: (name: string) => void,
  refuses: ReadonlySet<string>,
) {
  const pass = (name: string, change: Partial<app.GuideState> = {}): app.GuideState => {
    const refused = data.guide.steps.find((candidate) => candidate.name === name);
    if (refused && refuses.has(name)) {
      Object.assign(refused, { state: 'failed', findings: [line(`${name}.valid`, 'failed')] });
      return data.guide;
    }
    const next = names[names.indexOf(name) + 1] ?? '';
    Object.assign(data.guide, { current: next }, change);
    const step = data.guide.steps.find((candidate) => candidate.name === name);
    if (step) Object.assign(step, { state: 'passed', atMs: Date.now() });
    return data.guide;
  };
  return {
    Relay: {
      State: () => data.relay,
      Check: () => data.relay,
      Pair: () => {
        Object.assign(data.relay, { paired: true, reached: true });
        if (data.guide.running) pass('relay');
        emit('connection:changed');
        return data.relay;
      },
      RemoveDevice: (id: string) => {
        data.relay.devices = data.relay.devices.filter((device) => device.id !== id);
        return data.relay;
      },
      Leave: () => {
        Object.assign(data.relay, { paired: false, devices: [] });
      },
      PointCallback: (): app.CheckResult =>
        ({
          state: 'passed',
          findings: [line('callback.set', 'passed'), line('callback.read', 'passed')],
        }) as unknown as app.CheckResult,
    },
    Guide: {
      State: () => data.guide,
      Begin: () => Object.assign(data.guide, guideBefore('token', Date.now())),
      CheckToken: () => pass('token'),
      ChooseNumber: (choice: app.GuideChoice) => pass('number', { numberId: choice.numberId }),
      CheckSecret: () => pass('secret'),
      ChooseRegion: () => pass('region'),
      RequestCode: () => data.guide,
      VerifyCode: () => {
        for (const number of data.guide.numbers) number.verified = true;
        return data.guide;
      },
      Register: () => pass('register'),
      PointCallback: () => pass('callback', { connected: true, testSinceMs: Date.now() }),
      TestCode: () => ({ image: '', number: '+49 30 901820' }),
      StartTest: () => data.guide,
      EndTest: () => data.guide,
      Undo: () => Object.assign(data.guide, { running: false }),
      Finish: () => {
        data.guide.running = false;
      },
    },
    Health: {
      State: () => data.health,
      Check: () => Object.assign(data.health, { checkedAtMs: Date.now() }),
      Diagnosis: () => data.diagnosis,
      SaveDiagnosis: () => '/tmp/Tresen-Diagnose.txt',
    },
  };
}
