// A signal that aborts when nobody has said in time that all is well, or when its parent does.

export class Watchdog {
  #controller = new AbortController()
  #timer = 0
  expired = false

  constructor(parent) {
    if (parent?.aborted) this.#controller.abort(parent.reason)
    parent?.addEventListener("abort", () => this.#controller.abort(parent.reason), { signal: this.signal })
  }

  get signal() {
    return this.#controller.signal
  }

  expectWithin(milliseconds) {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.expired = true
      this.#controller.abort()
    }, milliseconds)
  }

  release() {
    clearTimeout(this.#timer)
    this.#controller.abort()
  }
}
