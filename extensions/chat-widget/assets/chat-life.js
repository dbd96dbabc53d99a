// What is under way for one session: when the session ends, all of it does, and none of that is a failure.

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
