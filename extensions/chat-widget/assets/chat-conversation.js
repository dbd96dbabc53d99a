// This browser's conversation with the shop, over all its sessions.
// Says `conversation:change` and `message:return`, and passes on what its session says.

import { Life, randomUuid, Refused } from "./chat-http.js"
import { hear, say } from "./chat-parts.js"
import { Session } from "./chat-session.js"

const NOTHING = { messages: [], more: false }
const PASSED_ON = ["reply:begin", "reply:end", "message:receive"]

export class Conversation extends EventTarget {
  #client
  #connection
  #storage
  #outbox
  #transcript

  #life = new Life()
  #session = null
  /** What this page shows; the one that is kept may be another page's. */
  #shownId = null
  #failure = null
  #loading = null
  #isDelivering = false
  #isOpen = false

  constructor({ client, connection, storage, outbox, transcript }) {
    super()
    this.#client = client
    this.#connection = connection
    this.#storage = storage
    this.#outbox = outbox
    this.#transcript = transcript
    storage.addEventListener("session:change", () => this.#meetOtherTab())
  }

  async open() {
    this.#isOpen = true
    await this.#deliver()
  }

  /** A reply goes on to its end; nothing else does. */
  close() {
    this.#isOpen = false
    this.#session?.hold()
    this.#session?.release({ isWanted: false })
  }

  leave() {
    this.#isOpen = false
    this.#beginLife()
  }

  async send(message, about) {
    const entry = { messageId: randomUuid(), message, at: new Date().toISOString(), ...about }
    this.#fail(null)
    this.#transcript.pend(entry)
    await this.#outbox.add(entry)
    await this.#deliver()
  }

  older() {
    return this.#life.run(() => this.#session?.older(), this.#giveUp)
  }

  /** Throws when it could not be told; the reply then goes on. */
  async stop() {
    await this.#session?.stopTurn()
  }

  async retry() {
    const { again } = this.#failure
    this.#fail(null)
    await this.#life.run(again, this.#giveUp)
  }

  /** Throws when the server could not be told; then only unsent messages are forgotten. */
  async reset(erase) {
    const sessionId = this.#shownId ?? this.#storage.getSessionId()
    this.#beginLife()
    await this.#outbox.clear()
    try {
      if (sessionId) await this.#client.reset(sessionId, erase, this.#life.signal)
    } catch (error) {
      this.open()
      throw error
    }
    await this.#forget(sessionId)
  }

  async #load(signal) {
    const sessionId = (this.#shownId = this.#storage.getSessionId())
    const page = sessionId ? await this.#connection.insist(() => this.#client.history({ sessionId }, signal), signal) : NOTHING
    if (page.mode === null) return this.#forget(sessionId, { isOver: true })

    this.#draw(page)
    if (sessionId) this.#enter(sessionId).startFrom(page)
  }

  async #deliver() {
    this.#loading ??= this.#life.run((signal) => this.#load(signal), this.#giveUp)
    await this.#loading
    if (this.#isDelivering) return
    this.#isDelivering = true
    await this.#life.run((signal) => this.#deliverAll(signal), this.#giveUp)
  }

  async #deliverAll(signal) {
    while (this.#outbox.entries.length) {
      this.#session?.hold()
      for await (const { entry, answer, error, isReturned } of this.#outbox.outcomes(signal)) {
        if (answer) this.#accept(entry, answer)
        else this.#refuse(entry, error, isReturned)
      }
    }
    this.#isDelivering = false
    this.#session?.release({ isWanted: this.#isOpen })
  }

  /** Perhaps into a new session: the first, or what follows an expired one. */
  #accept({ messageId }, { sessionId, message, turn }) {
    this.#storage.saveSession(sessionId)
    if (sessionId !== this.#session?.id) {
      if (this.#session) this.#draw(NOTHING, { isOver: true })
      this.#enter(sessionId)
    }
    this.#transcript.acknowledge(messageId, message)
    this.#session.expect(turn)
  }

  #refuse({ messageId, message, page, locale }, { code }, isReturned) {
    const again = () => {
      this.#transcript.drop(messageId)
      return this.send(message, { page, locale })
    }

    this.#transcript[isReturned ? "drop" : "refuse"](messageId)
    if (isReturned) say(this, "message:return", message)
    this.#fail({ code, retry: !isReturned && code !== "shop_uninstalled", again })
  }

  #enter(sessionId) {
    this.#session?.end()
    this.#shownId = sessionId
    const means = { client: this.#client, connection: this.#connection, transcript: this.#transcript }
    const session = (this.#session = new Session(sessionId, means))
    for (const name of PASSED_ON) session.addEventListener(name, () => say(this, name))
    hear(session, { "turn:fail": (failure) => this.#fail(failure), "session:end": this.#giveUp })
    return session
  }

  #giveUp = (error) => {
    if (!(error instanceof Refused)) throw error

    if (error.code === "not_found") this.#forget(this.#shownId, { isOver: true })
    else this.#fail({ code: error.code, retry: false })
    if (error.code === "unavailable") this.#loading = null
  }

  /** What is kept meanwhile may be a newer one. */
  async #forget(id, { isOver = false } = {}) {
    await this.#storage.clearSession(id)
    if (this.#storage.getSessionId()) return this.#meetOtherTab()

    this.#beginLife()
    this.#loading = Promise.resolve()
    this.#draw(NOTHING, { isOver })
    if (this.#outbox.entries.length) await this.#deliver()
  }

  async #meetOtherTab() {
    if (this.#storage.getSessionId() === this.#shownId) return

    this.#beginLife()
    if (this.#isOpen) await this.open()
  }

  #beginLife() {
    this.#life.end()
    this.#life = new Life()
    this.#session?.end()
    this.#session = this.#shownId = this.#loading = null
    this.#isDelivering = false
    this.#fail(null)
    say(this, "conversation:change")
  }

  #draw({ messages, more, mode = "assistant" }, { isOver = false } = {}) {
    this.#transcript.begin({ messages, more, isOver })
    this.#transcript.tellMode(mode)
    for (const entry of this.#outbox.entries) this.#transcript.pend(entry)
  }

  #fail(failure) {
    this.#failure = failure
    this.#transcript.fail(failure)
  }
}
