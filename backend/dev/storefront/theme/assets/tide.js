// The theme's own behaviour: prices of variants, the cart in its drawer, the care guide, the consent banner.
// Everything is listened for at the document, so that other themes may exchange what is on the page.

const find = (name, inside = document) => inside.querySelector(`[data-${name}]`)

// Parsed by the browser itself, which the strictest content policy lets it do.
const loadPage = (address) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.responseType = "document"
    request.onload = () => resolve(request.response)
    request.onerror = reject
    request.open("GET", address)
    request.send()
  })

document.addEventListener("change", ({ target }) => {
  if (target.dataset.money) document.querySelector(".product__words [data-price] > span").textContent = target.dataset.money
})

document.addEventListener("submit", async (event) => {
  if (!event.target.matches("[data-product-form]")) return

  event.preventDefault()
  const merchandiseId = `gid://shopify/ProductVariant/${new FormData(event.target).get("id")}`
  await Shopify.actions.updateCart({ lines: [{ merchandiseId, quantity: 1 }] })
  find("added").hidden = false
})

// Whoever changes the cart, this page shows it.
document.addEventListener("shopify:cart:lines-update", async ({ promise }) => {
  const { cart } = await promise
  if (location.pathname.endsWith("/cart")) return location.reload()

  find("cart-count").textContent = cart.totalQuantity
  find("cart-count").hidden = cart.totalQuantity === 0
  find("drawer-lines").replaceWith(find("drawer-lines", await loadPage(location.href)))
})

const openDrawer = () => {
  find("drawer").hidden = false
  document.getElementById("drawer-title").focus()
}

const closeDrawer = () => {
  find("drawer").hidden = true
  find("drawer-open").focus()
}

const decide = (preferences) => {
  find("consent-banner").hidden = true
  Shopify.loadFeatures([{ name: "consent-tracking-api", version: "0.1" }], () => {
    Shopify.customerPrivacy.setTrackingConsent({ preferences, analytics: preferences, marketing: preferences, sale_of_data: preferences })
  })
}

const acts = {
  drawerOpen: openDrawer,
  drawerClose: closeDrawer,
  guideOpen: () => find("guide").showModal(),
  consentAsk: () => (find("consent-banner").hidden = false),
  consent: ({ consent }) => decide(consent === "yes"),
}

document.addEventListener("click", (event) => {
  const element = event.target.closest("[data-drawer-open], [data-drawer-close], [data-guide-open], [data-consent-ask], [data-consent]")
  const act = element && Object.keys(acts).find((name) => name in element.dataset)
  if (!act) return

  event.preventDefault()
  acts[act](element.dataset)
})

document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape" && !find("drawer").hidden) closeDrawer()
})
