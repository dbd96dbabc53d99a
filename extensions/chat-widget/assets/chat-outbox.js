// Messages that the server has not acknowledged yet: kept in the order of writing, sent until each has its outcome.

// Their writer gets the words back: to change them, or because nobody is there to take them.
const RETURNED = new Set(["too_long", "invalid", "unavailable"])

export class Outbox {
  #storage
  #client
  #connection
  #entries

  constructor({ storage, client, connection }) {
    this.#storage = storage
    this.#client = client
    this.#connection = connection
    // What this page had not sent when it fell asleep, the next one may have sent or forgotten.
    storage.addEventListener("page:return", () => (this.#entries = undefined))
  }

  /** This tab's own, and what an earlier page has left. Two tabs may send the same one: its id makes that harmless. */
  get entries() {
    return (this.#entries ??= this.#storage.getOutbox())
  }

  add(entry) {
    this.#entries = [...this.entries, entry]
    return this.#keep((kept) => [...kept, entry])
  }

  drop(messageId) {
    const others = (entries) => entries.filter((entry) => entry.messageId !== messageId)
    this.#entries = others(this.entries)
    return this.#keep(others)
  }

  clear() {
    this.#entries = []
    return this.#keep(() => [])
  }

  /** Yield { entry, answer } or { entry, error } for each message; an entry is dropped when its outcome was dealt with. */
  async *outcomes(signal) {
    for (let [entry] = this.entries; entry; [entry] = this.entries) {
      yield { entry, ...(await this.#outcome(entry, signal)) }
      await this.drop(entry.messageId)
    }
  }

  async #outcome(entry, signal) {
    try {
      return { answer: await this.#connection.insist(() => this.#send(entry, signal), signal) }
    } catch (error) {
      if (signal.aborted) throw error
      return { error, isReturned: RETURNED.has(error.code) }
    }
  }

  // Another tab may have been given the session since the last try, so each one asks anew.
  async #send({ messageId, message, page, locale }, signal) {
    // A session may have ended meanwhile: with a firstId, all tabs then meet in the one that follows.
    const firstId = await this.#storage.openFirstId()
    const sessionId = this.#storage.getSessionId() ?? undefined
    return this.#client.send({ messageId, message, page, locale, sessionId, firstId }, signal)
  }

  /** All tabs write to the same place, one at a time. */
  #keep(change) {
    return this.#storage.withLock(() => this.#storage.saveOutbox(change(this.#storage.getOutbox())))
  }
}
