// Whether the visitor lets the shop remember preferences, as Shopify's Customer Privacy API tells it.

const FEATURE = { name: "consent-tracking-api", version: "0.1" }
const PATIENCE_MS = 2_000

export class Consent {
  #page
  #callback = () => {}
  #told

  constructor(page = globalThis) {
    this.#page = page
  }

  /** Unknown counts as refused. The API knows regions and the merchant's settings, so it outweighs an event. */
  get isGiven() {
    return (this.#ask?.() ?? this.#told) === true
  }

  get isKnown() {
    return Boolean(this.#ask) || this.#told !== undefined
  }

  /** Ask Shopify for its API where the page does not have it yet. Where nobody answers, consent stays unknown. */
  async load() {
    const { Shopify } = this.#page
    if (this.#ask || !Shopify?.loadFeatures) return

    await new Promise((resolve) => {
      const timer = setTimeout(resolve, PATIENCE_MS)
      Shopify.loadFeatures([FEATURE], () => {
        clearTimeout(timer)
        resolve()
        // Nobody waits for a late answer any more, but it still counts.
        if (this.isKnown) this.#callback()
      })
    })
  }

  /** Calls back after every decision, also when it is taken long after the page has loaded. */
  whenDecided(callback, signal) {
    const decide = ({ detail }) => {
      this.#told = detail?.preferencesAllowed ?? this.#told
      callback()
    }
    this.#callback = () => signal?.aborted || callback()
    this.#page.document?.addEventListener("visitorConsentCollected", decide, { signal })
  }

  /** The question to the API. A page may have the object long before its functions. */
  get #ask() {
    const privacy = this.#page.Shopify?.customerPrivacy
    return privacy?.preferencesProcessingAllowed && (() => privacy.preferencesProcessingAllowed())
  }
}
