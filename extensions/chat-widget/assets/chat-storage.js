// What must outlive a page (the session id, messages on their way, little else), and where: in the
// best place that works and that the visitor allows.

import { randomHex } from "./chat-transport.js"

// The words go back to their writer: to change them, or because nobody is there.
const RETURNED = new Set(["too_long", "invalid", "unavailable"])

const FEATURE = { name: "consent-tracking-api", version: "0.1" }
const PATIENCE_MS = 2_000
const MONTH_SECONDS = 30 * 24 * 60 * 60

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
    if (id !== this.getSessionId()) {
      this.#keep("session", id, { short: true })
      this.#keep("asked")
    }
    this.#keep("first")
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
      if (!kept) this.#keep("first", id, { short: true })
      return id
    })
  }

  getDraft() {
    return this.#fallback.read(this.#key("draft")) ?? ""
  }

  saveDraft(text) {
    this.#keep("draft", text)
  }

  getOutbox() {
    return Object.values(JSON.parse(this.#fallback.read(this.#key("outbox")) ?? "{}"))
  }

  saveOutbox(entries) {
    // Not as a list: old libraries give lists a `toJSON` that makes text of them.
    this.#keep("outbox", entries.length && JSON.stringify({ ...entries }))
  }

  /** On which replies have come through to this tab. */
  get transport() {
    return this.#fallback.read(this.#key("transport"))
  }

  set transport(transport) {
    if (transport === this.transport) return

    this.#keep("transport", transport, { brief: true })
  }

  /** Nothing that the next page could go on with. */
  get isEmpty() {
    return !this.getSessionId() && !this.getDraft() && this.getOutbox().length === 0
  }

  /** How the next page begins: "yes" with the panel open. While a person is awaited, in new tabs as
   * well, numbers: of the last message seen, and of the last preview put away. */
  get opening() {
    return this.#fallback.read(this.#key("open")) ?? this.#fallback.read(this.#key("wait")) ?? ""
  }

  set opening(how) {
    this.#keep("open", how, { brief: true })
    if (how !== "yes") this.#keep("wait", how)
  }

  /** Whether this chat has helped: asked once. */
  get wasAsked() {
    return this.#fallback.read(this.#key("asked")) !== null
  }

  set wasAsked(wasAsked) {
    this.#keep("asked", "yes", { brief: true })
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
    for (const name of ["draft", "outbox", "wait"]) this.#fallback.move(this.#key(name))
  }

  #clear() {
    for (const name of ["session", "first", "wait"]) this.#keep(name)
  }

  /** What is blank is forgotten. */
  #keep(name, value, how) {
    this.#fallback.write(this.#key(name), value, how)
  }

  /** By the back button: this page has slept while others went on. */
  #comeBack = ({ persisted }) => {
    if (!persisted) return

    this.dispatchEvent(new Event("page:return"))
    this.dispatchEvent(new Event("session:change"))
  }

  #hearOtherTab = ({ key, oldValue, newValue }) => {
    if (key !== this.#key("session") || oldValue === newValue) return

    this.dispatchEvent(new Event("session:change"))
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

  /** Yield { entry, answer } or { entry, error, isReturned }; drop it when that was dealt with. */
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
    const ids = { messageId, firstId, sessionId: asked ?? undefined }
    const answer = await this.#client.send({ ...ids, message, page, locale }, signal)

    // This page slept, and another one has reset or begun a conversation meanwhile.
    const kept = this.#storage.getSessionId()
    return { ...answer, isLate: kept !== asked && kept !== answer.sessionId }
  }

  /** Here, and where all tabs keep them. */
  #change(change) {
    this.#entries = change(this.entries)
    return this.#storage.withLock(() => {
      const kept = this.#storage.getOutbox()
      this.#storage.saveOutbox(change(kept))
    })
  }
}

export class StorageFallback {
  #places
  #consent

  /** Whatever a `page` has may be missing or refuse. */
  constructor(consent, page = globalThis) {
    this.#consent = consent
    this.#places = [
      new StoragePlace(() => page.localStorage, { isLasting: true }),
      new CookiePlace(() => page.document),
      new StoragePlace(() => page.sessionStorage),
      new MemoryPlace(),
    ]
  }

  read(key) {
    for (const place of this.#allowed) {
      const value = place.get(key)
      if (value !== null) return value
    }
    return null
  }

  /** Cookies go with every request, so they are `short`. What is `brief` ends with the tab. */
  write(key, value, { short = false, brief = false } = {}) {
    const isFit = (place) => (short || !place.isCookie) && !(brief && place.isLasting)
    const chosen = value && this.#allowed.find((place) => isFit(place) && place.set(key, value))
    for (const place of this.#places) if (place !== chosen) place.remove(key)
  }

  /** To where it fits after the visitor's decision. */
  move(key, options) {
    const value = this.#places.map((place) => place.get(key)).find((found) => found !== null)
    if (value !== undefined) this.write(key, value, options)
  }

  get #allowed() {
    return this.#places.filter((place) => this.#consent.isGiven || !place.isLasting)
  }
}

class StoragePlace {
  #open

  constructor(open, { isLasting = false } = {}) {
    this.#open = open
    this.isLasting = isLasting
  }

  get(key) {
    return attempt(() => this.#open().getItem(key)) ?? null
  }

  set(key, value) {
    return attempt(() => {
      this.#open().setItem(key, value)
      return true
    })
  }

  remove(key) {
    attempt(() => this.#open().removeItem(key))
  }
}

class CookiePlace {
  #open
  isLasting = true
  isCookie = true

  constructor(open) {
    this.#open = open
  }

  get(key) {
    const start = `${encodeURIComponent(key)}=`
    const cookies = attempt(() => this.#open().cookie.split("; ")) ?? []
    const found = cookies.find((cookie) => cookie.startsWith(start))
    return found === undefined ? null : decodeURIComponent(found.slice(start.length))
  }

  set(key, value) {
    this.#bake(key, value, MONTH_SECONDS)
    return this.get(key) === value
  }

  remove(key) {
    if (this.get(key) !== null) this.#bake(key, "", 0)
  }

  #bake(key, value, seconds) {
    const pair = `${encodeURIComponent(key)}=${encodeURIComponent(value)}`
    const rules = `Path=/; Max-Age=${seconds}; SameSite=Lax; Secure`
    attempt(() => (this.#open().cookie = `${pair}; ${rules}`))
  }
}

class MemoryPlace {
  #values = new Map()

  get(key) {
    return this.#values.get(key) ?? null
  }

  set(key, value) {
    this.#values.set(key, value)
    return true
  }

  remove(key) {
    this.#values.delete(key)
  }
}

/** Browsers that block storage throw at any touch; the next place is the answer. */
function attempt(access) {
  try {
    return access()
  } catch {
    return undefined
  }
}

export class Consent {
  #page
  #callback = () => {}
  #told

  constructor(page = globalThis) {
    this.#page = page
  }

  /** Unknown counts as refused. The API knows regions and settings, so it outweighs an event. */
  get isGiven() {
    return (this.#ask?.() ?? this.#told) === true
  }

  get isKnown() {
    return Boolean(this.#ask) || this.#told !== undefined
  }

  /** Where Shopify does not answer, consent stays unknown. */
  async load() {
    const { Shopify } = this.#page
    if (this.#ask || !Shopify?.loadFeatures) return

    await new Promise((resolve) => {
      const timer = setTimeout(resolve, PATIENCE_MS)
      Shopify.loadFeatures([FEATURE], () => {
        clearTimeout(timer)
        resolve()
        // A late answer still counts.
        if (this.isKnown) this.#callback()
      })
    })
  }

  /** After every decision, however late. */
  whenDecided(callback, signal) {
    const decide = ({ detail }) => {
      this.#told = detail?.preferencesAllowed ?? this.#told
      callback()
    }
    this.#callback = () => signal?.aborted || callback()
    this.#page.document?.addEventListener("visitorConsentCollected", decide, { signal })
  }

  /** A page may have the object long before its functions. */
  get #ask() {
    const privacy = this.#page.Shopify?.customerPrivacy
    return privacy?.preferencesProcessingAllowed && (() => privacy.preferencesProcessingAllowed())
  }
}
