// What must outlive a page: the session id, messages on their way, and little else.

import { randomHex } from "./chat-http.js"

// The words go back to their writer: to change them, or because nobody is there.
const RETURNED = new Set(["too_long", "invalid", "unavailable"])

export class FluxChatStorage extends EventTarget {
  #shop
  #fallback
  #consent

  constructor(shop, fallback, consent) {
    super()
    this.#shop = shop
    this.#fallback = fallback
    this.#consent = consent
  }

  /** Until consent is known, the better places may not be read. */
  async open(signal) {
    this.#consent.whenDecided(this.#settle, signal)
    await this.#consent.load()
    if (this.#consent.isKnown) this.#settle()
    globalThis.addEventListener?.("storage", this.#hearOtherTab, { signal })
    globalThis.addEventListener?.("pageshow", this.#comeBack, { signal })
  }

  getSessionId() {
    return this.#fallback.read(this.#key("session"))
  }

  changeSession(id) {
    this.saveSession(id)
    this.dispatchEvent(new Event("session:change"))
  }

  saveSession(id) {
    if (id !== this.getSessionId()) this.#fallback.write(this.#key("session"), id, { short: true })
    this.#fallback.remove(this.#key("first"))
  }

  /** An `id` only while it is kept: another page may be in a newer session. */
  async clearSession(id) {
    if (id === undefined) this.#clear()
    else await this.withLock(() => id === this.getSessionId() && this.#clear())
  }

  /** Sent by all tabs until the server's own is kept: their first messages meet in one session. */
  openFirstId() {
    return this.withLock(() => {
      const kept = this.#fallback.read(this.#key("first"))
      const id = kept ?? randomHex(16)
      if (!kept) this.#fallback.write(this.#key("first"), id, { short: true })
      return id
    })
  }

  getDraft() {
    return this.#fallback.read(this.#key("draft")) ?? ""
  }

  saveDraft(text) {
    if (text) this.#fallback.write(this.#key("draft"), text)
    else this.#fallback.remove(this.#key("draft"))
  }

  getOutbox() {
    return Object.values(JSON.parse(this.#fallback.read(this.#key("outbox")) ?? "{}"))
  }

  saveOutbox(entries) {
    // Not as a list: old libraries give lists a `toJSON` that makes text of them.
    if (entries.length) this.#fallback.write(this.#key("outbox"), JSON.stringify({ ...entries }))
    else this.#fallback.remove(this.#key("outbox"))
  }

  /** On which replies have come through to this tab. */
  get transport() {
    return this.#fallback.read(this.#key("transport"))
  }

  set transport(transport) {
    if (transport === this.transport) return

    this.#fallback.write(this.#key("transport"), transport, { brief: true })
  }

  /** Nothing that the next page could go on with. */
  get isEmpty() {
    return !this.getSessionId() && !this.getDraft() && this.getOutbox().length === 0
  }

  /** Whether the next page of this tab begins with the panel open. */
  set isOpen(isOpen) {
    if (isOpen) this.#fallback.write(this.#key("open"), "yes", { brief: true })
    else this.#fallback.remove(this.#key("open"))
  }

  /** One tab at a time. Browsers that refuse locks block storage as well. */
  async withLock(work) {
    try {
      return await navigator.locks.request(this.#key("lock"), work)
    } catch {
      return work()
    }
  }

  #settle = () => {
    for (const name of ["session", "first"]) this.#fallback.move(this.#key(name), { short: true })
    for (const name of ["draft", "outbox"]) this.#fallback.move(this.#key(name))
  }

  #clear() {
    this.#fallback.remove(this.#key("session"))
    this.#fallback.remove(this.#key("first"))
  }

  /** By the back button: this page has slept while others went on. */
  #comeBack = ({ persisted }) => {
    if (!persisted) return

    this.dispatchEvent(new Event("page:return"))
    this.dispatchEvent(new Event("session:change"))
  }

  #hearOtherTab = ({ key, oldValue, newValue }) => {
    if (key === this.#key("session") && oldValue !== newValue) this.dispatchEvent(new Event("session:change"))
  }

  #key(name) {
    return `flux-chat/${name}-${this.#shop}`
  }
}

/** Messages that are not acknowledged yet, in the order of writing. */
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
    return this.#change((entries) => [...entries, entry])
  }

  drop(messageId) {
    return this.#change((entries) => entries.filter((entry) => entry.messageId !== messageId))
  }

  clear() {
    return this.#change(() => [])
  }

  /** Yield { entry, answer } or { entry, error, isReturned }, and drop it when that was dealt with. */
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

  // Asked at each try: another tab may have begun a session, or the old one may have ended.
  async #send({ messageId, message, page, locale }, signal) {
    const firstId = await this.#storage.openFirstId()
    const asked = this.#storage.getSessionId()
    const sessionId = asked ?? undefined
    const answer = await this.#client.send({ messageId, message, page, locale, sessionId, firstId }, signal)

    // This page slept, and another one has reset or begun a conversation meanwhile.
    const kept = this.#storage.getSessionId()
    return { ...answer, isLate: kept !== asked && kept !== answer.sessionId }
  }

  /** Here, and where all tabs keep them. */
  #change(change) {
    this.#entries = change(this.entries)
    return this.#storage.withLock(() => this.#storage.saveOutbox(change(this.#storage.getOutbox())))
  }
}
