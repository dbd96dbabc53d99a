// A back end in memory that keeps the contract's promises, and can be told to break some of them.

import { Refused, Unreachable } from "../../../extensions/chat-widget/assets/chat-transport.js"

const LAST_EVENTS = new Set(["finished", "failed", "stopped", "handed_over"])

export class FakeShop {
  calls = []
  events = []
  sessions = new Map()
  #troubles = []
  #waiting = []

  /** The next calls fail like this, one after the other. `lost` answers reach the shop, not us. */
  willFail(...troubles) {
    this.#troubles = troubles
  }

  send(question, signal) {
    return this.#call("send", question, signal, () => this.#accept(question))
  }

  history(question, signal) {
    return this.#call("history", question, signal, () => this.#history(question, signal))
  }

  reset(sessionId, erase, signal) {
    return this.#call("reset", { sessionId, erase }, signal, () => this.close(sessionId))
  }

  stop(sessionId, turnId, signal) {
    return this.#call("stop", { sessionId, turnId }, signal, () => ({ stopped: true }))
  }

  tell(path, fields, signal) {
    return this.#call(path, fields, signal, () => ({ state: "requested", hours: null }))
  }

  retry(sessionId, turnId, signal) {
    return this.#call("retry", { sessionId, turnId }, signal, () => {
      const session = this.sessions.get(sessionId)
      session.messages = session.messages.filter(({ status }) => status !== "partial")
      session.turn = { id: turnId, status: "running", next: 0, text: "" }
      this.events = []
      return { turn: session.turn }
    })
  }

  /** An answer is a message in the shop's words. `form` is what is asked afterwards. */
  form(answer, signal) {
    return this.#call("form", answer, signal, () => {
      const accepted = this.#accept({ ...answer, message: "Phone: ••• 00" })
      this.#newest.form = this.nextForm ?? null
      return { ...accepted, message: { ...accepted.message, text: "Phone: ••• 00" } }
    })
  }

  /** As another tab has it. */
  ask(form) {
    this.#newest.form = form
  }

  /** The events of the newest turn past `turn.next`, as they come. */
  async *follow(sessionId, turn, signal) {
    for (let at = 0; ; at += 1) {
      while (at >= this.events.length) await this.#news(signal)
      const event = this.events[at]
      if (event.id > turn.next) yield event
      if (LAST_EVENTS.has(event.name)) return
    }
  }

  happen(...events) {
    this.events.push(...events)
    this.#tell()
  }

  /** The turn of a session ends with a reply, with events as the real one tells them. */
  answer(text) {
    const session = this.#newest
    session.messages.at(-1).status = "answered"
    session.turn = null

    const { id, seq } = add(session, { role: "assistant", text, status: "answered" })
    this.happen(
      { id: 8, name: "text", data: { at: 0, text } },
      { id: 9, name: "finished", data: { message: { id, seq } } },
    )
  }

  fail(code, said = "") {
    const session = this.#newest
    session.messages.at(-1).status = "failed"
    if (said) add(session, { role: "assistant", text: said, status: "partial" })
    session.turn = { id: session.turn.id, status: "failed", next: 9, text: "" }
    this.happen({ id: 9, name: "failed", data: { code, retry: true } })
  }

  /** A message from elsewhere: another tab's or the staff's. */
  say(role, text) {
    add(this.#newest, { role, text, status: role === "shopper" ? "saved" : "answered" })
    this.#tell()
  }

  /** Somebody of the shop joins, and the reply that is being written ends where it is. */
  takeOver(said) {
    const session = this.#newest
    session.mode = "staff"
    session.turn = null
    if (said) add(session, { role: "assistant", text: said, status: "partial" })
    this.happen({ id: 9, name: "handed_over", data: {} })
  }

  /** The conversation is over, and its messages may still be read. */
  end() {
    this.#newest.mode = "closed"
    this.#tell()
  }

  close(sessionId) {
    const session = this.sessions.get(sessionId)
    if (session) session.isClosed = true
    this.#tell()
    return { reset: true }
  }

  get #newest() {
    return [...this.sessions.values()].at(-1)
  }

  async #call(name, question, signal, answer) {
    this.calls.push({ name, ...question })
    const trouble = name === "history" ? undefined : this.#troubles.shift()
    if (trouble === "offline") throw new Unreachable()
    if (trouble && trouble !== "lost") throw new Refused(trouble)
    const found = await answer()
    signal?.throwIfAborted()
    if (trouble === "lost") throw new Unreachable()
    return found
  }

  #accept({ sessionId, firstId, messageId, message }) {
    const known = this.sessions.get(sessionId)
    const id = known && !known.isClosed ? sessionId : `session of ${firstId ?? messageId}`
    if (!this.sessions.has(id)) this.sessions.set(id, { messages: [], ids: new Map(), turn: null })
    const session = this.sessions.get(id)

    if (!session.ids.has(messageId)) {
      const { seq } = add(session, { role: "shopper", text: message, status: "saved" })
      session.ids.set(messageId, seq)
      if (!session.turn) this.events = []
      session.turn ??= { id: `turn ${seq}`, status: "running", next: 0, text: "" }
    }
    this.#tell()
    return { sessionId: id, message: { seq: session.ids.get(messageId) }, turn: session.turn }
  }

  async #history({ sessionId, after, wait }, signal) {
    const session = this.sessions.get(sessionId)
    const { mode } = session ?? {}
    const isNew = () => session.messages.length > after || session.mode !== mode
    while (wait && session && !session.isClosed && !isNew()) await this.#news(signal)

    const nothing = { messages: [], turn: null, form: null, mode: null, more: false }
    if (!session || session.isClosed) return nothing

    const messages = session.messages.filter(({ seq }) => seq > (after ?? 0))
    const { turn, form = null } = session
    const found = { messages: structuredClone(messages), turn, form }
    return { ...nothing, ...found, mode: session.mode ?? "assistant" }
  }

  #news(signal) {
    return new Promise((resolve, reject) => {
      this.#waiting.push(resolve)
      signal?.addEventListener("abort", () => reject(signal.reason))
    })
  }

  #tell() {
    this.#waiting.splice(0).forEach((resolve) => resolve())
  }
}

function add({ messages }, said) {
  const seq = messages.length + 1
  const message = { id: `m${seq}`, seq, at: "2026-11-21T08:00:00Z", parts: [], ...said }
  messages.push(message)
  return message
}
