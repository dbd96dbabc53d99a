// What Shopify's platform adds to every storefront, as far as apps use it: customer privacy and standard actions.

;(() => {
  const { consent } = document.currentScript.dataset
  const root = Shopify.routes.root

  const PURPOSES = { analytics: "analytics", marketing: "marketing", preferences: "preferences", sale_of_data: "saleOfData" }
  // As in the European Union: nothing is allowed before the visitor has said so.
  const DECIDED = { granted: "yes", refused: "no" }[consent] ?? ""

  class CustomerPrivacy {
    #choices = Object.fromEntries(Object.keys(PURPOSES).map((purpose) => [purpose, DECIDED]))

    analyticsProcessingAllowed = () => this.#choices.analytics === "yes"
    marketingAllowed = () => this.#choices.marketing === "yes"
    preferencesProcessingAllowed = () => this.#choices.preferences === "yes"
    saleOfDataAllowed = () => this.#choices.sale_of_data === "yes"
    saleOfDataRegion = () => false
    shouldShowBanner = () => Object.values(this.#choices).includes("")
    getRegion = () => "DESH"
    currentVisitorConsent = () => ({ ...this.#choices })

    // What is left out stays as it was. The next pages are told by the sample's own cookie.
    setTrackingConsent = (choices, done = () => {}) => {
      for (const purpose of Object.keys(PURPOSES)) {
        if (purpose in choices) this.#choices[purpose] = choices[purpose] ? "yes" : "no"
      }
      const kept = { yes: "granted", no: "refused" }[this.#choices.preferences] ?? "ask"
      document.cookie = `sample_consent=${kept}; Path=/; SameSite=Lax`
      document.dispatchEvent(new CustomEvent("visitorConsentCollected", { detail: this.#allowed }))
      done()
    }

    get #allowed() {
      return Object.fromEntries(
        Object.entries(PURPOSES).map(([purpose, name]) => [`${name}Allowed`, this.#choices[purpose] === "yes"]),
      )
    }
  }

  // Loads late and once, as the real script does. With `?consent=absent` it is blocked and never comes.
  Shopify.loadFeatures = (features, done = () => {}) => {
    setTimeout(() => {
      if (consent === "absent") return done(new Error("The feature could not be loaded."))
      Shopify.customerPrivacy ??= new CustomerPrivacy()
      done()
    })
  }

  const amount = (cents) => ({ amount: (cents / 100).toFixed(2), currencyCode: "EUR" })
  const variantId = (gid) => Number(String(gid).split("/").pop())

  async function ajax(path, body) {
    const init = body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }
    const response = await fetch(root + path, init)
    return response.json()
  }

  async function readCart() {
    const cart = await ajax("cart.js")
    const lines = cart.items.map((item) => ({
      id: item.key,
      quantity: item.quantity,
      merchandise: {
        id: `gid://shopify/ProductVariant/${item.variant_id}`,
        title: item.variant_title,
        product: { title: item.product_title, handle: item.handle },
      },
      cost: { totalAmount: amount(item.line_price) },
    }))
    return { id: cart.token, totalQuantity: cart.item_count, lines, cost: { totalAmount: amount(cart.total_price) } }
  }

  // One request per change, in order, because each answer carries the cart that the next one starts from.
  // What the cart refuses is in the answer, and no reason to reject.
  async function changeCart(lines) {
    const userErrors = []
    for (const { merchandiseId, id, quantity = 1 } of lines) {
      const change = id ? { path: "cart/change.js", id } : { path: "cart/add.js", id: variantId(merchandiseId) }
      const { status, description } = await ajax(change.path, { id: change.id, quantity })
      if (status) userErrors.push({ code: "INVALID", field: null, message: description })
    }
    return { cart: await readCart(), userErrors, warnings: [] }
  }

  // A theme may put its own handler before ours.
  const action = (run) => {
    let own = null
    const act = (...asked) => (own ? own(() => run(...asked), ...asked) : run(...asked))
    return Object.assign(act, { isDefault: () => !own, configure: ({ handler }) => (own = handler) })
  }

  // How the theme keeps its cart, as the sample's switch wants it; some browsers throw at cookies.
  const cartShape = () => {
    try {
      return document.cookie.match(/sample_cart_shape=(\w+)/)?.[1] ?? "actions"
    } catch {
      return "actions"
    }
  }
  document.documentElement.dataset.cartShape = cartShape()

  document.addEventListener("DOMContentLoaded", () => {
    if (document.documentElement.dataset.cartShape !== "actions") return

    Shopify.actions = {
      getCart: action(async () => ({ cart: await readCart() })),
      updateCart: action(({ lines }) => {
        const promise = changeCart(lines)
        document.dispatchEvent(Object.assign(new Event("shopify:cart:lines-update"), { promise }))
        return promise
      }),
      openCart: action(async () => location.assign(`${root}cart`)),
    }
  })
})()
