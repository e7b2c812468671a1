// Evaluates JavaScript in the program's own WebKit window, through the remote
// inspector that test builds open on loopback.
import { until } from './harness.mjs';

export class Inspector {
  #socket;
  #target;
  #next = 1;
  #waiting = new Map();

  /** Connects to the window's page once it has loaded; ready is a script that says so. */
  static async connect(
    address,
    ready = `location.protocol === 'wails:' && document.readyState === 'complete'`,
  ) {
    const inspector = new Inspector();
    const page = await until('the inspector of the window', async () => {
      const list = await fetch(`http://${address}/`).then(
        (r) => r.text(),
        () => '',
      );
      return /socket\/\d+\/\d+\/WebPage/.exec(list)?.[0];
    });
    await inspector.#open(`ws://${address}/${page}`);
    await until('the page of the window', () => inspector.evaluate(ready));
    return inspector;
  }

  async #open(url) {
    this.#socket = new WebSocket(url);
    const target = new Promise((resolve, reject) => {
      this.#socket.onerror = () => reject(new Error('the inspector refused the connection'));
      this.#socket.onmessage = ({ data }) => {
        const { method, params } = JSON.parse(data);
        if (method === 'Target.targetCreated' && params.targetInfo.type === 'page')
          resolve(params.targetInfo.targetId);
        if (method === 'Target.didCommitProvisionalTarget') this.#moved(params.newTargetId);
        if (method === 'Target.dispatchMessageFromTarget') this.#answer(JSON.parse(params.message));
      };
    });
    this.#target = await target;
  }

  /** Another process has taken over the page; what the old one was asked is never answered. */
  #moved(target) {
    this.#target = target;
    for (const { resolve } of this.#waiting.values()) resolve(undefined);
    this.#waiting.clear();
  }

  #answer({ id, result, error }) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error || result?.wasThrown) waiting?.reject(new Error(error?.message ?? result.result.description));
    else waiting?.resolve(result?.result?.value);
  }

  evaluate(expression) {
    const id = this.#next++;
    const message = JSON.stringify({
      id,
      method: 'Runtime.evaluate',
      params: { expression, returnByValue: true },
    });
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#socket.send(
        JSON.stringify({
          id,
          method: 'Target.sendMessageToTarget',
          params: { targetId: this.#target, message },
        }),
      );
    });
  }

  close() {
    this.#socket.close();
  }
}
