// A browser's places to keep things, each of which can be made to refuse, and a visitor to ask.

export class FakeBrowser {
  #cookies = new Map()
  #blocked
  localStorage = new FakeStorage()
  sessionStorage = new FakeStorage()
  document = new EventTarget()

  constructor({ consent = "granted", blocked = [] } = {}) {
    this.consent = consent
    this.#blocked = blocked
    for (const name of ["localStorage", "sessionStorage"]) {
      if (blocked.includes(name)) Object.defineProperty(this, name, { get: refuse })
    }
    Object.defineProperty(this.document, "cookie", {
      get: () => this.#cookieText,
      set: (text) => this.#bake(text),
    })
  }

  get Shopify() {
    if (this.consent === "unknown") return {}

    const preferencesProcessingAllowed = () => this.consent === "granted"
    return { customerPrivacy: { preferencesProcessingAllowed } }
  }

  decide(consent) {
    this.consent = consent
    this.document.dispatchEvent(new Event("visitorConsentCollected"))
  }

  /** Where anything is kept under names that hold `word`. */
  placesOf(word) {
    const kept = {
      localStorage: this.#blocked.includes("localStorage") ? [] : this.localStorage.keys,
      cookie: [...this.#cookies.keys()],
      sessionStorage: this.#blocked.includes("sessionStorage") ? [] : this.sessionStorage.keys,
    }
    return Object.keys(kept).filter((place) => kept[place].some((name) => name.includes(word)))
  }

  get #cookieText() {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ")
  }

  #bake(text) {
    const [pair, ...rules] = text.split("; ")
    const [name, value] = pair.split("=")
    this.lastRules = rules
    if (this.#blocked.includes("cookie")) return
    if (rules.includes("Max-Age=0")) this.#cookies.delete(name)
    else this.#cookies.set(name, value)
  }
}

class FakeStorage {
  #values = new Map()

  get keys() {
    return [...this.#values.keys()]
  }

  getItem(key) {
    return this.#values.get(key) ?? null
  }

  setItem(key, value) {
    this.#values.set(key, String(value))
  }

  removeItem(key) {
    this.#values.delete(key)
  }
}

function refuse() {
  throw new DOMException("Access is denied.", "SecurityError")
}
