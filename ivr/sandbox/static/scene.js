// All phones of the page, looked after in one request; and waiting for what will be seen.

import { read } from "/sandbox/static/wire.js";

const LOOK_MS = 350;
const AWAY_MS = 1500;

export class Stopped extends Error {}

export class Scene {
  constructor(lost) {
    this.phones = [];
    this.now = 0; // the sandbox's clock
    this.lost = lost; // told whether the sandbox answers
    this.waiting = new Set();
  }

  // Each is looked at again; what waits for something asks whether it has come.
  async look() {
    let next = LOOK_MS;
    try {
      const query = new URLSearchParams();
      for (const phone of this.phones) {
        if (phone.number) query.append("phone", phone.number);
        if (phone.following) query.append("call", phone.following);
      }
      const scene = await read(`/scene?${query}`);
      this.now = scene.now;
      for (const phone of [...this.phones]) {
        const found = scene.phones[phone.number];
        if (found) phone.show(found, scene.calls);
      }
      this.lost(false);
      for (const wait of [...this.waiting]) wait();
    } catch (error) {
      this.lost(true);
      next = AWAY_MS;
    }
    setTimeout(() => this.look(), next);
  }

  // Resolves with what `come` gives, once that is something; an error when `seconds` are over, Stopped when `stop` is aborted.
  until(come, seconds, otherwise, stop) {
    return new Promise((resolve, reject) => {
      const end = (settle, what) => {
        this.waiting.delete(wait);
        clearTimeout(patience);
        stop?.removeEventListener("abort", halt);
        settle(what);
      };
      const halt = () => end(reject, new Stopped());
      const patience = setTimeout(() => end(reject, new Error(otherwise)), 1000 * seconds);
      const wait = () => {
        try {
          const found = come();
          if (found) end(resolve, found);
        } catch (error) {
          end(reject, error);
        }
      };
      if (stop?.aborted) return halt();
      stop?.addEventListener("abort", halt);
      this.waiting.add(wait);
    });
  }
}
