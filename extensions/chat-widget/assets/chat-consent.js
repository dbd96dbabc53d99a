// Whether the visitor lets the shop remember preferences, as Shopify's Customer Privacy API tells it.

const FEATURE = { name: "consent-tracking-api", version: "0.1" }
const PATIENCE_MS = 2_000

export class Consent {
  #page

  constructor(page = globalThis) {
    this.#page = page
  }

  /** Unknown counts as refused. */
  get isGiven() {
    return this.#privacy?.preferencesProcessingAllowed() === true
  }

  get isKnown() {
    return Boolean(this.#privacy)
  }

  /** Ask Shopify for its API where the page does not have it yet. Where nobody answers, consent stays unknown. */
  async load() {
    const { Shopify } = this.#page
    if (this.isKnown || !Shopify?.loadFeatures) return

    await new Promise((resolve) => {
      const timer = setTimeout(resolve, PATIENCE_MS)
      const answered = () => resolve(clearTimeout(timer))
      Shopify.loadFeatures([FEATURE], answered)
    })
  }

  /** Calls back after every decision, also when it is taken long after the page has loaded. */
  whenDecided(callback, signal) {
    this.#page.document?.addEventListener("visitorConsentCollected", callback, { signal })
  }

  get #privacy() {
    return this.#page.Shopify?.customerPrivacy
  }
}
