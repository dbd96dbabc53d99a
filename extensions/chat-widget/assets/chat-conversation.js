// This browser's conversation with the shop, over all its sessions: what happens to its state,
// and the work that the state asks for. Says `state:change` and `message:return`.

import { say } from "./chat-dom.js"
import { reduce, START, workOf } from "./chat-state.js"
import { AbortScope, BREATH_MS, pause, POLL_SECONDS } from "./chat-transport.js"
import { randomUuid, Refused, Watchdog } from "./chat-transport.js"

// Known messages that are asked for again, because their states may have changed.
const RECENT = 10

export class Conversation extends EventTarget {
  #client
  #connection
  #storage
  #outbox

  #state = START
  #scope = new AbortScope()
  #task = null
  #delivering = null

  constructor({ client, connection, storage, outbox }) {
    super()
    this.#client = client
    this.#connection = connection
    this.#storage = storage
    this.#outbox = outbox
    storage.addEventListener("session:change", () => this.#meetOtherTab())
  }

  get state() {
    return this.#state
  }

  async open() {
    this.#dispatch("chat:open")
    await this.#deliver()
  }

  /** A reply goes on to its end; nothing else does. */
  close() {
    this.#dispatch("chat:close")
  }

  leave() {
    this.close()
    this.#beginAnew()
  }

  fail(code) {
    this.#dispatch("chat:refuse", { code })
  }

  async send(message, about) {
    const entry = { messageId: randomUuid(), message, at: new Date().toISOString(), ...about }

    this.#dispatch("message:send", entry)
    await this.#outbox.add(entry)
    await this.#deliver()
  }

  loadEarlier() {
    return this.#scope.run(async (signal) => {
      const { sessionId, messages } = this.#state
      const page = await this.#ask({ sessionId, before: messages[0]?.seq }, signal)
      this.#dispatch("page:prepend", page, signal)
    }, this.#complain)
  }

  /** When it cannot be told, the reply goes on. */
  async stop() {
    const { sessionId, turn, isStopping } = this.#state
    if (!turn || isStopping) return

    this.#dispatch("stop:begin")
    try {
      await this.#client.stop(sessionId, turn.id, this.#scope.signal)
    } catch {
      this.#dispatch("stop:fail")
    }
  }

  async retry() {
    const { failure, pending } = this.#state
    if (failure?.turnId) return this.#retryTurn(failure.turnId)

    const unsent = pending.find(({ messageId }) => messageId === failure?.messageId)
    if (!unsent) return

    const { message, page, locale } = unsent
    this.#dispatch("message:drop", unsent)
    await this.send(message, { page, locale })
  }

  /** What becomes of it comes with the news, as a message of the chat. */
  askForPerson(path = "person") {
    return this.#scope.run(async (signal) => {
      const sessionId = this.#state.sessionId ?? this.#storage.getSessionId()
      const ask = () => this.#client.tell(path, { sessionId }, signal)
      await this.#connection.insist(ask, signal)
    }, this.#complain)
  }

  /** For what is loaded later: an event of the state. */
  note(name, data) {
    this.#dispatch(name, data)
  }

  /** Throws what was refused, or that nobody answered: the same `messageId` may then come again. */
  async answerForm(answer) {
    const { signal } = this.#scope
    const { sessionId } = this.#state

    // The news wait meanwhile, and then tell what the form is now.
    this.#dispatch("retry:begin")
    try {
      const accepted = await this.#client.form({ ...answer, sessionId }, signal)
      const entry = { messageId: answer.messageId, at: new Date().toISOString() }
      this.#dispatch("message:accept", { ...accepted, entry }, signal)
    } finally {
      this.#dispatch("retry:end", {}, signal)
    }
  }

  /** Throws when the server could not be told; then only unsent messages are forgotten. */
  async reset(erase) {
    const sessionId = this.#state.sessionId ?? this.#storage.getSessionId()
    this.#beginAnew()
    const { signal } = this.#scope
    await this.#outbox.clear()

    try {
      if (sessionId) await this.#client.reset(sessionId, erase, signal)
    } catch (error) {
      if (!signal.aborted) this.open()
      throw error
    }
    await this.#forget(sessionId)
  }

  /** What has come too late throws, and changes nothing. */
  #dispatch(name, data, signal) {
    signal?.throwIfAborted()

    const before = this.#state
    this.#state = reduce(before, { name, data })
    if (this.#state === before) return

    say(this, "state:change", { state: this.#state, before })
    this.#work()
  }

  /** One task at a time. What the state does not ask for any more is given up. */
  async #work() {
    const { sessionId } = this.#state
    const kind = workOf(this.#state)
    const isSame = this.#task?.kind === kind && this.#task.sessionId === sessionId
    if (!isSame) this.#task?.watchdog.release()
    if (this.#task || !kind) return

    const watchdog = new Watchdog(this.#scope.signal)
    const { signal } = watchdog
    this.#task = { kind, sessionId, watchdog }
    try {
      await (kind === "follow" ? this.#follow(signal) : this.#listen(signal))
    } catch (error) {
      if (!signal.aborted) await this.#giveUp(error)
    } finally {
      watchdog.release()
      this.#task = null
    }
    this.#work()
  }

  async #follow(signal) {
    const { sessionId, turn } = this.#state

    try {
      for await (const { name, data } of this.#client.follow(sessionId, turn, signal)) {
        this.#dispatch(`turn:${name}`, { ...data, now: new Date().toISOString() }, signal)
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      // Reset in another tab, most likely: the history tells.
      await pause(BREATH_MS, signal)
    }
    this.#dispatch("follow:end", {}, signal)
  }

  /** Ask once: first for what may have changed, then for what is new. */
  async #listen(signal) {
    const { sessionId, last, isCurrent } = this.#state
    const question = isCurrent
      ? { sessionId, after: last, wait: POLL_SECONDS }
      : { sessionId, after: Math.max(0, last - RECENT) }

    const news = await this.#ask(question, signal)
    if (news.mode === null) throw new Refused({ code: "not_found", retry: false })
    this.#dispatch("news:take", { ...news, question }, signal)

    const isNews = news.messages.length > 0 || this.#state.turn
    if (question.wait && !isNews) await pause(BREATH_MS, signal)
  }

  #ask(question, signal) {
    return this.#connection.insist(() => this.#client.history(question, signal), signal)
  }

  /** The history then brings the new attempt. */
  #retryTurn(turnId) {
    this.#dispatch("retry:begin")

    return this.#scope.run(async (signal) => {
      const { sessionId } = this.#state
      await this.#connection.insist(() => this.#client.retry(sessionId, turnId, signal), signal)
      this.#dispatch("retry:end", {}, signal)
    }, this.#complain)
  }

  async #deliver() {
    const scope = this.#scope
    if (this.#delivering === scope) return

    this.#delivering = scope
    if (!this.#state.isLoaded) await scope.run((signal) => this.#load(signal), this.#giveUp)
    await scope.run((signal) => this.#sendAll(signal), this.#giveUp)
  }

  async #load(signal) {
    const sessionId = this.#storage.getSessionId()
    this.#dispatch("page:ask", { sessionId })

    const page = sessionId ? await this.#ask({ sessionId }, signal) : {}
    if (page.mode === null) return this.#forget(sessionId, { isOver: true })
    this.#dispatch("page:show", { ...page, sessionId, pending: this.#outbox.entries }, signal)
  }

  async #sendAll(signal) {
    while (this.#outbox.entries.length) {
      for await (const outcome of this.#outbox.outcomes(signal)) {
        await this.#conclude(outcome, signal)
      }
    }
    this.#dispatch("outbox:end", {}, signal)
    this.#delivering = null
  }

  async #conclude({ entry, answer, error, isReturned }, signal) {
    signal.throwIfAborted()
    const { messageId, message } = entry

    if (answer?.isLate) {
      await this.#outbox.drop(messageId)
      this.#meetOtherTab()
    } else if (answer) {
      this.#storage.saveSession(answer.sessionId)
      this.#dispatch("message:accept", { ...answer, entry })
    } else {
      this.#dispatch("message:refuse", { messageId, code: error.code, isReturned })
      if (isReturned) say(this, "message:return", message)
    }
  }

  /** Nothing more is asked, until somebody sends or opens. */
  #giveUp = (error) => this.#complain(error, true)

  #complain = async (error, isFinal = false) => {
    if (!(error instanceof Refused)) throw error

    const { sessionId } = this.#state
    if (error.code === "not_found") await this.#forget(sessionId, { isOver: true })
    else this.#dispatch("chat:refuse", { code: error.code, isFinal })
  }

  /** What is kept meanwhile may be a newer one. */
  async #forget(id, { isOver = false } = {}) {
    await this.#storage.clearSession(id)
    const kept = this.#storage.getSessionId()
    if (kept && kept !== id) return this.#meetOtherTab()

    const pending = this.#outbox.entries
    this.#beginAnew()
    this.#dispatch("page:show", { isOver, pending })
    if (pending.length) this.#deliver()
  }

  async #meetOtherTab() {
    if (this.#storage.getSessionId() === this.#state.sessionId) return

    this.#beginAnew()
    if (this.#state.isOpen) await this.open()
  }

  #beginAnew() {
    this.#scope.end()
    this.#scope = new AbortScope()
    this.#delivering = null
    this.#dispatch("chat:leave")
  }
}
