// Where the browser keeps the session id, and the little else that must outlive a page.

export class FluxChatStorage extends EventTarget {
  #shop
  #ladder
  #consent

  constructor(shop, ladder, consent) {
    super()
    this.#shop = shop
    this.#ladder = ladder
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
    return this.#ladder.read(this.#key("session"))
  }

  changeSession(id) {
    this.saveSession(id)
    this.dispatchEvent(new Event("session:change"))
  }

  saveSession(id) {
    if (id !== this.getSessionId()) this.#ladder.write(this.#key("session"), id, { short: true })
    this.#ladder.remove(this.#key("first"))
  }

  /** An `id` only while it is kept: another page may have gone on in a newer session. */
  async clearSession(id) {
    if (id === undefined) this.#clear()
    else await this.withLock(() => id === this.getSessionId() && this.#clear())
  }

  /** Sent by all tabs until the server's own is kept: their first messages meet in one session. */
  openFirstId() {
    return this.withLock(() => {
      const kept = this.#ladder.read(this.#key("first"))
      const id = kept ?? randomHex(16)
      if (!kept) this.#ladder.write(this.#key("first"), id, { short: true })
      return id
    })
  }

  getDraft() {
    return this.#ladder.read(this.#key("draft")) ?? ""
  }

  saveDraft(text) {
    if (text) this.#ladder.write(this.#key("draft"), text)
    else this.#ladder.remove(this.#key("draft"))
  }

  getOutbox() {
    return Object.values(JSON.parse(this.#ladder.read(this.#key("outbox")) ?? "{}"))
  }

  saveOutbox(entries) {
    // Old libraries give lists a `toJSON` that makes text of them.
    if (entries.length) this.#ladder.write(this.#key("outbox"), JSON.stringify({ ...entries }))
    else this.#ladder.remove(this.#key("outbox"))
  }

  /** The way on which replies have come through to this tab. */
  get way() {
    return this.#ladder.read(this.#key("way"))
  }

  set way(way) {
    if (way !== this.way) this.#ladder.write(this.#key("way"), way, { brief: true })
  }

  /** Nothing that the next page could go on with. */
  get isEmpty() {
    return !this.getSessionId() && !this.getDraft() && this.getOutbox().length === 0
  }

  /** Whether the next page of this tab begins with the panel open. */
  set isOpen(isOpen) {
    if (isOpen) this.#ladder.write(this.#key("open"), "yes", { brief: true })
    else this.#ladder.remove(this.#key("open"))
  }

  /** One tab at a time. Browsers that refuse locks block storage: there is nothing to share. */
  async withLock(work) {
    try {
      return await navigator.locks.request(this.#key("lock"), work)
    } catch {
      return work()
    }
  }

  #settle = () => {
    for (const name of ["session", "first"]) this.#ladder.move(this.#key(name), { short: true })
    for (const name of ["draft", "outbox"]) this.#ladder.move(this.#key(name))
  }

  #clear() {
    this.#ladder.remove(this.#key("session"))
    this.#ladder.remove(this.#key("first"))
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

export function randomHex(bytes) {
  const drawn = crypto.getRandomValues(new Uint8Array(bytes))
  return Array.from(drawn, (byte) => byte.toString(16).padStart(2, "0")).join("")
}

export function randomUuid() {
  return crypto.randomUUID?.() ?? uuidFrom(randomHex(16))
}

/** Version 4. Pages without a secure context have no `randomUUID`. */
function uuidFrom(hex) {
  const variant = ((parseInt(hex[16], 16) & 0x3) | 0x8).toString(16)
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, variant + hex.slice(17, 20), hex.slice(20)].join("-")
}
