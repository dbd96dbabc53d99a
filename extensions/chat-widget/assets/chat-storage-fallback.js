// Keeps values in the best place that works and that the visitor allows.

const FEATURE = { name: "consent-tracking-api", version: "0.1" }
const PATIENCE_MS = 2_000
const MONTH_SECONDS = 30 * 24 * 60 * 60

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

  /** Cookies travel with every request, so they are `short`. What is `brief` ends with the tab. */
  write(key, value, { short = false, brief = false } = {}) {
    const isFit = (place) => (short || !place.isCookie) && !(brief && place.isLasting)
    const chosen = this.#allowed.find((place) => isFit(place) && place.set(key, value))
    for (const place of this.#places) if (place !== chosen) place.remove(key)
  }

  remove(key) {
    for (const place of this.#places) place.remove(key)
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
    attempt(() => (this.#open().cookie = `${pair}; Path=/; Max-Age=${seconds}; SameSite=Lax; Secure`))
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
