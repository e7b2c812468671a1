/** What the contact sheet puts into the page before the window starts. */
import { FakeBackend } from './fakeBackend';
import { shop } from './fakeData';

const backend = new FakeBackend(shop());
backend.install(window);
Object.assign(window, { fake: backend });
