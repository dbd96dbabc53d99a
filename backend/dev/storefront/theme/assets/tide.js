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

// With Shopify's actions, with the Ajax API and sections, or with plain forms: the sample's switch decides.
const { cartShape } = document.documentElement.dataset
if (cartShape === "form") {
  for (const section of document.querySelectorAll(".shopify-section")) section.removeAttribute("id")
}

const addWithSections = async (form) => {
  await fetch(`${Shopify.routes.root}cart/add.js`, { method: "POST", body: new FormData(form) })
  const page = await loadPage(location.href)
  for (const section of document.querySelectorAll(".shopify-section")) section.replaceWith(page.getElementById(section.id))
}

const addWithActions = async (form) => {
  const fields = new FormData(form)
  const merchandiseId = `gid://shopify/ProductVariant/${fields.get("id")}`
  const plan = fields.get("selling_plan") && { sellingPlanId: `gid://shopify/SellingPlan/${fields.get("selling_plan")}` }
  await Shopify.actions.updateCart({ lines: [{ merchandiseId, quantity: 1, ...plan }] })
}

const showVariant = ({ money, before, sku }) => {
  const price = document.querySelector(".product__words [data-price]")
  find("price-now", price).textContent = money
  find("price-before", price).hidden = !before
  price.querySelector("s").textContent = before
  document.querySelector(".product__details [data-sku]").textContent = sku
}

// Several options make one variant, which may be sold out; a value is crossed out if it is so with the others chosen.
const chosenValues = (form) => [...form.querySelectorAll("[data-option-value]:checked")]
const variantOf = (form, title) => [...find("variant-list", form)].find(({ dataset }) => dataset.title === title)

const markSoldOut = (form) => {
  const chosen = chosenValues(form)
  for (const radio of form.querySelectorAll("[data-option-value]")) {
    const title = chosen.map(({ name, value }) => (name === radio.name ? radio.value : value)).join(" / ")
    radio.toggleAttribute("data-sold-out-value", variantOf(form, title)?.disabled ?? true)
  }
}

const chooseVariant = (form) => {
  const title = chosenValues(form).map(({ value }) => value).join(" / ")
  const variant = variantOf(form, title)
  variant.selected = true

  find("sold-out", form).hidden = !variant.disabled
  form.querySelector("[type=submit]").disabled = variant.disabled
  showVariant(variant.dataset)
  markSoldOut(form)
}

const markForms = () => document.querySelectorAll("form:has([data-variant-choices])").forEach(markSoldOut)
document.addEventListener("DOMContentLoaded", markForms)
document.addEventListener("ebb:shown", markForms)

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-option-value]")) chooseVariant(target.form)
  else if (target.dataset.money) showVariant(target.dataset)
})

document.addEventListener("submit", async (event) => {
  if (!event.target.matches("[data-product-form]") || cartShape === "form") return

  event.preventDefault()
  await (Shopify.actions ? addWithActions : addWithSections)(event.target)
  find("added").hidden = false
})

// Whoever changes the cart, this page shows it.
document.addEventListener("shopify:cart:lines-update", async ({ promise }) => {
  const { cart } = await promise.catch(() => ({}))
  if (!cart) return
  if (location.pathname.endsWith("/cart")) return location.reload()

  find("cart-count").textContent = cart.totalQuantity
  find("cart-count").hidden = cart.totalQuantity === 0
  find("drawer-lines").replaceWith(find("drawer-lines", await loadPage(location.href)))
})

const openDrawer = () => {
  find("drawer").hidden = false
  document.getElementById("drawer-title").focus()
}

// Listens after the platform, so its actions are there.
document.addEventListener("DOMContentLoaded", () => Shopify.actions?.openCart.configure({ handler: openDrawer }))

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
  if (!act || (act === "drawerOpen" && cartShape === "form")) return

  event.preventDefault()
  acts[act](element.dataset)
})

document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape" && !find("drawer").hidden) closeDrawer()
})
