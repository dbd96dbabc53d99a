// Signals that abort: what is under way ends with its session, or when nobody has said in time that all is well.

/** All that is under way for one session: when the session ends, all of it does, and none of that is a failure. */
export class Life {
  #controller = new AbortController()

  get signal() {
    return this.#controller.signal
  }

  end() {
    this.#controller.abort()
  }

  async run(work, giveUp) {
    try {
      await work(this.signal)
    } catch (error) {
      if (!this.signal.aborted) giveUp(error)
    }
  }
}

/** Aborts when nobody has said in time that all is well, or when its parent does. */
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
