import '@testing-library/jest-dom/vitest';
import { configure } from '@testing-library/svelte';

configure({ asyncUtilTimeout: 5000 });

/** jsdom lays nothing out and has no modal dialogs: the smallest stand-ins that let the window run. */
const viewport = 600;
const rowHeight = 40;

class StillResizeObserver implements ResizeObserver {
  readonly #watched = new Set<Element>();

  constructor(private readonly callback: ResizeObserverCallback) {}

  observe(target: Element): void {
    this.#watched.add(target);
    // A real observer reports after the frame, never from within observe.
    queueMicrotask(() => {
      if (!this.#watched.has(target) || !target.isConnected) return;
      const contentRect = { width: viewport, height: height(target) };
      this.callback([{ target, contentRect } as ResizeObserverEntry], this);
    });
  }

  unobserve(target: Element): void {
    this.#watched.delete(target);
  }

  disconnect(): void {
    this.#watched.clear();
  }
}

function height(element: Element): number {
  return element.matches('[role=listbox], [role=feed]') ? viewport : rowHeight;
}

globalThis.ResizeObserver = StillResizeObserver;

Object.defineProperties(HTMLElement.prototype, {
  scrollIntoView: { value: () => undefined },
  offsetHeight: {
    configurable: true,
    get(this: HTMLElement) {
      return height(this);
    },
  },
  offsetWidth: { configurable: true, get: () => viewport },
  offsetParent: {
    configurable: true,
    get(this: HTMLElement) {
      return this.parentElement;
    },
  },
});

Element.prototype.scrollTo = () => {};

window.matchMedia = (query: string) =>
  Object.assign(new EventTarget(), {
    matches: false,
    media: query,
    onchange: null,
    addListener: () => {},
    removeListener: () => {},
  }) as unknown as MediaQueryList;

HTMLDialogElement.prototype.showModal = function showModal() {
  this.open = true;
};
HTMLDialogElement.prototype.close = function close() {
  this.open = false;
};
