// Whether the back end answers, and the messages that wait until it does. Says `connection:change`.

import { NotOurs, Refused } from "./chat-http.js"

const FIRST_PAUSE_MS = 400
const LONGEST_PAUSE_MS = 30_000
// One page instead of an answer is a stumble; after the second, nobody of ours is there.
const MOST_PAGES = 2
// The words go back to who wrote them: to change them, or because nobody is there.
const RETURNED = new Set(["too_long", "invalid", "unavailable"])

export class Connection extends EventTarget {
  #failures = 0
  #pages = 0
  /** `offline`, or the code of a refusal that will pass; null when all is well. */
  trouble = null

  constructor(signal) {
    super()
    globalThis.addEventListener?.("offline", () => this.#tell("offline"), { signal })
    globalThis.addEventListener?.("online", () => this.#failures || this.#tell(null), { signal })
  }

  reached() {
    this.#failures = this.#pages = 0
    this.#tell(null)
  }

  /** Somebody asks for it: what was given up is tried again. */
  hope() {
    this.#pages = 0
  }

  /** Repeat `attempt` until there is an answer, or a refusal that repeating cannot change. */
  async insist(attempt, signal) {
    for (;;) {
      try {
        this.#refuseHopeless()
        const answer = await attempt()
        this.reached()
        return answer
      } catch (error) {
        await this.pauseAfter(error, signal)
      }
    }
  }

  /** Longer after each failure. Throws the error when there is no point in another try. */
  async pauseAfter(error, signal) {
    if (signal.aborted || (error instanceof Refused && !error.retry)) throw error

    if (error instanceof NotOurs) this.#pages += 1
    if (error instanceof Refused) this.#pages = 0
    this.#refuseHopeless()
    this.#failures += 1
    this.#tell(error instanceof Refused ? error.code : "offline")
    await pause(Math.max(this.#length(), (error.retryAfter || 0) * 1000), signal)
  }

  /** Where there is no chat, nothing more is asked until the next page. */
  #refuseHopeless() {
    if (this.#pages < MOST_PAGES) return

    this.#tell(null)
    throw new Refused({ code: "unavailable", retry: false })
  }

  #length() {
    const longest = Math.min(FIRST_PAUSE_MS * 2 ** this.#failures, LONGEST_PAUSE_MS)
    return longest * (0.5 + Math.random() / 2)
  }

  #tell(trouble) {
    if (trouble === this.trouble) return

    this.trouble = trouble
    this.dispatchEvent(new Event("connection:change"))
  }
}

/** Shorter when the network comes back or somebody looks at the page again. Throws when `signal` aborts. */
export async function pause(milliseconds, signal) {
  const over = new AbortController()
  const endings = [[globalThis, "online"], [globalThis.document, "visibilitychange"], [signal, "abort"]]

  await new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    over.signal.addEventListener("abort", () => clearTimeout(timer))
    for (const [target, name] of endings) target?.addEventListener?.(name, resolve, { signal: over.signal })
  })
  over.abort()
  signal.throwIfAborted()
}

/** What is not acknowledged, in the order of writing: sent until each has its outcome. */
export class Outbox {
  #storage
  #client
  #connection
  #entries

  constructor({ storage, client, connection }) {
    this.#storage = storage
    this.#client = client
    this.#connection = connection
    // While this page slept, the next one may have sent or forgotten them.
    storage.addEventListener("page:return", () => (this.#entries = undefined))
  }

  /** Two tabs may send the same one: its id makes that harmless. */
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

  /** Yield { entry, answer } or { entry, error, isReturned }; an entry is dropped when that was dealt with. */
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

  // Each try asks anew: another tab may have been given a session, or the old one may have ended.
  async #send({ messageId, message, page, locale }, signal) {
    const firstId = await this.#storage.openFirstId()
    const sessionId = this.#storage.getSessionId() ?? undefined
    return this.#client.send({ messageId, message, page, locale, sessionId, firstId }, signal)
  }

  /** All tabs write to the same place. */
  #keep(change) {
    return this.#storage.withLock(() => this.#storage.saveOutbox(change(this.#storage.getOutbox())))
  }
}
