import { afterEach } from 'vitest';
import { FakeBackend, type FakeData } from './fakeBackend';
import { shop } from './fakeData';

/** Installs a fresh fake Go side; change alters its data first. */
export function fakeShop(change?: (data: FakeData) => void, conversations = 60): FakeBackend {
  const data = shop(Date.now(), conversations);
  change?.(data);
  const backend = new FakeBackend(data);
  backend.install(window);
  return backend;
}

const stops: (() => void)[] = [];

/** Starts a controller for the length of one test. */
export function started<T extends { start(): () => void }>(controller: T): T {
  stops.push(controller.start());
  return controller;
}

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});
