// One browser's conversation: what was said, what is being answered, what has yet to be sent. Draws on a transcript.
// Says `reply:begin`, `reply:end`, `message:receive`, `message:return` and `conversation:end`.

import { pause } from "./chat-connection.js"
import { Refused } from "./chat-http.js"
import { randomUuid } from "./chat-random.js"
import { Watchdog } from "./chat-watchdog.js"

const GOING = new Set(["queued", "running"])
const POLL_SECONDS = 8
const BREATH_MS = 500
// So many known messages are asked for again after a turn, because their states may have changed.
const RECENT = 10

export class Conversation extends EventTarget {
  #client
  #connection
  #storage
  #outbox
  #transcript

  // All that is under way for the present session ends with this.
  #life = new AbortController()
  #session = null
  #isOpen = false
  #isLoaded = false
  #isCurrent = false
  #isFetching = false
  #first = 0
  #last = 0
  #turn = null
  #failure = null
  #said = ""
  #poll = null
  #delivery = null
  #watched = null

  constructor({ client, connection, storage, outbox, transcript }) {
    super()
    this.#client = client
    this.#connection = connection
    this.#storage = storage
    this.#outbox = outbox
    this.#transcript = transcript
    storage.addEventListener("session:change", () => this.#meetOtherTab())
  }

  /** Whether there is anything that a reset could end. */
  get isBegun() {
    return Boolean(this.#session) || this.#outbox.entries.length > 0
  }

  async open() {
    this.#isOpen = true
    this.#isCurrent = false
    if (!this.#isLoaded) await this.#untilOver(this.#load)
    await this.#deliver()
  }

  /** A reply that is being written is still followed; nothing else goes on. */
  close() {
    this.#isOpen = false
    this.#poll?.release()
  }

  async send(message, about) {
    const entry = { messageId: randomUuid(), message, at: new Date().toISOString(), ...about }
    this.#fail(null)
    this.#transcript.pend(entry)
    await this.#outbox.add(entry)
    await this.#deliver()
  }

  async older() {
    if (this.#isFetching) return

    this.#isFetching = true
    await this.#untilOver(async (signal) => {
      const { messages, more } = await this.#ask({ before: this.#first }, signal)
      this.#first = messages[0]?.seq ?? this.#first
      this.#transcript.earlier(messages, more)
    })
    this.#isFetching = false
  }

  /** Throws when it could not be told; the reply then goes on. */
  async stop() {
    if (this.#turn) await this.#client.stop(this.#session, this.#turn.id, this.#life.signal)
  }

  async retry() {
    const { entry, turn } = this.#failure
    if (entry) {
      this.#transcript.drop(entry.messageId)
      return this.send(entry.message, { page: entry.page, locale: entry.locale })
    }

    this.#fail(null)
    await this.#untilOver(async (signal) => {
      const again = () => this.#client.retry(this.#session, turn.id, signal)
      const answer = await this.#connection.insist(again, signal)
      this.#expect({ ...answer.turn, next: turn.next })
    })
  }

  /** Throws when the server could not be told; then nothing is forgotten but what was not sent yet. */
  async reset(erase) {
    this.#beginLife()
    await this.#outbox.clear()
    try {
      if (this.#session) await this.#client.reset(this.#session, erase, this.#life.signal)
    } catch (error) {
      this.#watch()
      throw error
    }
    this.#forget()
  }

  async #load(signal) {
    this.#session = this.#storage.getSessionId()
    const nothing = { messages: [], turn: null, mode: null, more: false }
    const page = this.#session ? await this.#ask({}, signal) : nothing
    if (this.#session && page.mode === null) return this.#end()

    this.#isLoaded = this.#isCurrent = true
    this.#first = page.messages[0]?.seq ?? 0
    this.#transcript.begin(page.messages, page.more)
    this.#outbox.entries.forEach((entry) => this.#transcript.pend(entry))
    this.#take({ ...page, messages: [] }, page.messages.at(-1)?.seq)
  }
}
