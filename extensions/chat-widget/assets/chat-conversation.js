// This browser's conversation with the shop: loads it, sends, stops, retries, resets. Draws on a transcript.
// Passes on what its news say, and says `conversation:begin`, `conversation:end` and `message:return` itself.

import { Refused } from "./chat-http.js"
import { News } from "./chat-news.js"
import { randomUuid } from "./chat-random.js"

const PASSED_ON = ["reply:begin", "reply:end", "message:receive"]
// The message itself is at fault, so its writer gets it back to change it.
const RETURNED = new Set(["too_long", "invalid"])

export class Conversation extends EventTarget {
  #client
  #connection
  #storage
  #outbox
  #transcript

  // All that is under way for the present session ends with this.
  #life = new AbortController()
  #session = null
  #news = null
  #failure = null
  #first = 0
  #isOpen = false
  #isLoaded = false
  #isDelivering = false
  #isFetching = false

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
    return this.#session !== null || this.#outbox.entries.length > 0
  }

  async open() {
    this.#isOpen = true
    if (!this.#isLoaded) await this.#whileItLasts((signal) => this.#load(signal))
    await this.#deliver()
  }

  /** A reply that is being written is followed to its end; nothing else goes on. */
  close() {
    this.#isOpen = false
    if (!this.#news) return

    this.#news.isWanted = false
    this.#news.hold()
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
    await this.#whileItLasts(async (signal) => {
      const { messages, more } = await this.#ask({ before: this.#first }, signal)
      this.#first = messages[0]?.seq ?? this.#first
      this.#transcript.earlier(messages, more)
    })
    this.#isFetching = false
  }

  /** Throws when it could not be told; the reply then goes on. */
  async stop() {
    const { turn } = this.#news ?? {}
    if (turn) await this.#client.stop(this.#session, turn.id, this.#life.signal)
  }

  async retry() {
    const { entry, turn } = this.#failure
    this.#fail(null)
    if (entry) {
      this.#transcript.drop(entry.messageId)
      return this.send(entry.message, { page: entry.page, locale: entry.locale })
    }

    await this.#whileItLasts(async (signal) => {
      const again = () => this.#client.retry(this.#session, turn.id, signal)
      const answer = await this.#connection.insist(again, signal)
      this.#follow({ ...answer.turn, next: turn.next })
    })
  }

  /** Throws when the server could not be told; then only what had not been sent yet is forgotten. */
  async reset(erase) {
    await this.#outbox.clear()
    const session = this.#session ?? this.#storage.getSessionId()
    if (session) await this.#client.reset(session, erase, this.#life.signal)
    this.#end()
  }

  async #load(signal) {
    this.#session = this.#storage.getSessionId()
    const page = this.#session ? await this.#ask({}, signal) : { messages: [], more: false }
    if (page.mode === null) return this.#end({ isOver: true })

    this.#isLoaded = true
    this.#first = page.messages[0]?.seq ?? 0
    this.#transcript.begin(page.messages, page.more)
    this.#outbox.entries.forEach((entry) => this.#transcript.pend(entry))
    if (!this.#session) return

    this.#listenTo(this.#session)
    this.#news.startFrom(page)
  }

  #ask(question, signal) {
    const ask = () => this.#client.history({ sessionId: this.#session, ...question }, signal)
    return this.#connection.insist(ask, signal)
  }

  #listenTo(session) {
    const { signal } = this.#life
    this.#session = session
    this.#news = new News({
      session,
      client: this.#client,
      connection: this.#connection,
      transcript: this.#transcript,
      signal,
    })
    for (const name of PASSED_ON) this.#news.addEventListener(name, () => this.#say(name), { signal })
    this.#news.addEventListener("turn:fail", ({ detail }) => this.#fail(detail), { signal })
    this.#news.addEventListener("session:end", ({ detail }) => this.#giveUp(detail), { signal })
  }
