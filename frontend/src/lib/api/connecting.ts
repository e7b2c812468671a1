import type { app } from '~/wailsjs/go/models';
import { oneOf, toDate } from './convert';
import { toErrorCode, type ErrorCode } from './errors';

/** What a step or check found: one line, with words in the catalogue under `finding.`. */
type FindingState = 'passed' | 'warn' | 'failed';

export interface Finding {
  /** Two words, as "token.valid". */
  word: string;
  state: FindingState;
  code: ErrorCode | null;
  /** The provider's own number, or a count; 0 if there is none. */
  number: number;
  value: string;
  at: Date | null;
}

export interface CheckResult {
  state: FindingState;
  findings: Finding[];
}

export interface RelayDevice {
  id: string;
  pairedAt: Date | null;
  lastSeen: Date | null;
  thisOne: boolean;
}

/** The shop's mailbox at a relay. */
export interface RelayState {
  paired: boolean;
  host: string;
  reached: boolean;
  devices: RelayDevice[];
  waiting: number;
  oldest: Date | null;
  lastContact: Date | null;
}

const guideSteps = ['token', 'number', 'secret', 'region', 'register', 'relay', 'callback', 'test'] as const;
export type GuideStepName = (typeof guideSteps)[number];

export interface GuideStep {
  name: GuideStepName;
  state: FindingState | 'open';
  findings: Finding[];
  at: Date | null;
}

interface GuideNumber {
  id: string;
  displayNumber: string;
  verifiedName: string;
  onPhoneApp: boolean;
  verified: boolean;
  registered: boolean;
}

export interface GuideState {
  running: boolean;
  provider: 'meta' | 'd360';
  baseUrl: string;
  steps: GuideStep[];
  /** The first step that has not passed; null if all have. */
  current: GuideStepName | null;
  numbers: GuideNumber[];
  numberId: string;
  region: string;
  connected: boolean;
  testSince: Date | null;
  needsPassphrase: boolean;
}

export interface HealthState {
  checkedAt: Date | null;
  findings: Finding[];
  alerts: Finding[];
  /** All the program talks to. */
  hosts: string[];
}

const states = ['passed', 'warn', 'failed'] as const;

function finding(row: app.FindingRow): Finding {
  return {
    word: row.word,
    state: oneOf(states, row.state, 'warn'),
    code: row.code ? toErrorCode(row.code) : null,
    number: row.number,
    value: row.value,
    at: toDate(row.atMs),
  };
}

export function checkResult(row: app.CheckResult): CheckResult {
  return { state: oneOf(states, row.state, 'failed'), findings: row.findings.map(finding) };
}

export function relayState(row: app.RelayState): RelayState {
  return {
    paired: row.paired,
    host: row.host,
    reached: row.reached,
    devices: row.devices.map((device) => ({
      id: device.id,
      pairedAt: toDate(device.pairedAtMs),
      lastSeen: toDate(device.lastSeenMs),
      thisOne: device.this,
    })),
    waiting: row.waiting,
    oldest: toDate(row.oldestMs),
    lastContact: toDate(row.lastContactMs),
  };
}

export function guideState(row: app.GuideState): GuideState {
  return {
    running: row.running,
    provider: oneOf(['meta', 'd360'], row.provider, 'meta'),
    baseUrl: row.baseUrl,
    steps: row.steps.map((step) => ({
      name: oneOf(guideSteps, step.name, 'token'),
      state: oneOf(['passed', 'warn', 'failed', 'open'], step.state, 'open'),
      findings: step.findings.map(finding),
      at: toDate(step.atMs),
    })),
    current: guideSteps.find((name) => name === row.current) ?? null,
    numbers: row.numbers,
    numberId: row.numberId,
    region: row.region,
    connected: row.connected,
    testSince: toDate(row.testSinceMs),
    needsPassphrase: row.needsPassphrase,
  };
}

export function healthState(row: app.HealthState): HealthState {
  return {
    checkedAt: toDate(row.checkedAtMs),
    findings: row.findings.map(finding),
    alerts: row.alerts.map(finding),
    hosts: row.hosts,
  };
}
