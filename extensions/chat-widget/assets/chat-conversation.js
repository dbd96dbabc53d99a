// This browser's conversation with the shop: loads it, sends, stops, retries, resets. Draws on a transcript.
// Says `conversation:end` and `message:return`, and passes on what its news say.

import { Refused } from "./chat-http.js"
import { News } from "./chat-news.js"
import { randomUuid } from "./chat-random.js"

const NOTHING = { messages: [], more: false, isOver: false }
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
  #delivering = null
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
      this.#news.expect({ ...answer.turn, next: turn.next })
    })
  }

  /** Throws when the server could not be told; then only what had not been sent yet is forgotten. */
  async reset(erase) {
    const session = this.#session ?? this.#storage.getSessionId()
    this.#beginLife()
    await this.#outbox.clear()
    try {
      if (session) await this.#client.reset(session, erase, this.#life.signal)
    } catch (error) {
      this.open()
      throw error
    }
    this.#forget()
  }

  async #load(signal) {
    this.#session = this.#storage.getSessionId()
    const page = this.#session ? await this.#ask({}, signal) : NOTHING
    if (this.#session && page.mode === null) return this.#forget({ isOver: true })

    this.#isLoaded = true
    this.#first = page.messages[0]?.seq ?? 0
    this.#draw(page)
    if (this.#session) this.#listenTo(this.#session).startFrom(page)
  }

  async #deliver() {
    await this.#whileItLasts(async (signal) => {
      if (this.#delivering === signal) return

      this.#delivering = signal
      this.#news?.hold()
      for await (const { entry, answer, error } of this.#outbox.outcomes(signal)) {
        if (answer) this.#accept(entry, answer)
        else this.#giveBack(entry, error)
      }
      this.#delivering = null
      if (this.#news) this.#news.isWanted = this.#isOpen
      this.#news?.release()
    })
  }

  #accept({ messageId }, { sessionId, message, turn }) {
    this.#storage.saveSession(sessionId)
    if (sessionId !== this.#session) this.#switchTo(sessionId)
    this.#transcript.acknowledge(messageId, message)
    this.#news.expect(turn)
  }

  /** The first message has made a session, or the old one had expired and a new one goes on from here. */
  #switchTo(sessionId) {
    if (this.#session) this.#draw({ ...NOTHING, isOver: true })
    this.#listenTo(sessionId)
  }

  #giveBack(entry, { code }) {
    if (RETURNED.has(code)) {
      this.#transcript.drop(entry.messageId)
      this.#say("message:return", entry.message)
    } else {
      this.#transcript.refuse(entry.messageId)
    }
    this.#fail({ entry, code, retry: !RETURNED.has(code) && code !== "shop_uninstalled" })
  }

  #listenTo(session) {
    this.#news?.stop()
    this.#session = session
    this.#news = new News({
      session,
      client: this.#client,
      connection: this.#connection,
      transcript: this.#transcript,
    })
    for (const name of PASSED_ON) this.#news.addEventListener(name, () => this.#say(name))
    this.#news.addEventListener("turn:fail", ({ detail }) => this.#fail(detail))
    this.#news.addEventListener("session:end", ({ detail }) => this.#giveUp(detail))
    return this.#news
  }

  #giveUp(error) {
    if (!(error instanceof Refused)) throw error

    if (error.code === "not_found") this.#forget({ isOver: true })
    else this.#fail({ code: error.code, retry: false })
  }

  #ask(question, signal) {
    const ask = () => this.#client.history({ sessionId: this.#session, ...question }, signal)
    return this.#connection.insist(ask, signal)
  }

  #forget({ isOver = false } = {}) {
    this.#beginLife()
    this.#storage.clearSession()
    this.#isLoaded = true
    this.#draw({ ...NOTHING, isOver })
  }

  async #meetOtherTab() {
    if (this.#storage.getSessionId() === this.#session) return

    this.#beginLife()
    if (this.#isOpen) await this.open()
  }

  #beginLife() {
    this.#life.abort()
    this.#life = new AbortController()
    this.#news?.stop()
    this.#news = this.#session = this.#delivering = null
    this.#isLoaded = false
    this.#fail(null)
    this.#say("conversation:end")
  }

  #draw({ messages, more, isOver }) {
    this.#transcript.begin({ messages, more, isOver })
    for (const entry of this.#outbox.entries) this.#transcript.pend(entry)
  }

  #fail(failure) {
    this.#failure = failure
    this.#transcript.fail(failure)
  }

  /** Does not complain about what the end of a session has cut short. */
  async #whileItLasts(work) {
    const { signal } = this.#life
    try {
      await work(signal)
    } catch (error) {
      if (!signal.aborted) this.#giveUp(error)
    }
  }

  #say(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }))
  }
}
