// The theme's own behaviour: the price of the chosen variant, adding without leaving the page, the consent banner.

const form = document.querySelector("[data-product-form]")
const count = document.querySelector("[data-cart-count]")

form?.addEventListener("change", ({ target }) => {
  if (target.dataset.money) document.querySelector(".product__words [data-price] > span").textContent = target.dataset.money
})

form?.addEventListener("submit", async (event) => {
  event.preventDefault()
  const merchandiseId = `gid://shopify/ProductVariant/${new FormData(form).get("id")}`
  await Shopify.actions.updateCart({ lines: [{ merchandiseId, quantity: 1 }] })
  form.querySelector("[data-added]").hidden = false
})

// Whoever changes the cart, this page shows it.
document.addEventListener("shopify:cart:lines-update", async ({ promise }) => {
  const { cart } = await promise
  count.textContent = cart.totalQuantity
  count.hidden = cart.totalQuantity === 0
  if (location.pathname.endsWith("/cart")) location.reload()
})

document.querySelector("[data-consent-banner]")?.addEventListener("click", ({ target, currentTarget }) => {
  const { consent } = target.dataset
  if (!consent) return
  const preferences = consent === "yes"
  currentTarget.remove()
  Shopify.loadFeatures([{ name: "consent-tracking-api", version: "0.1" }], () => {
    Shopify.customerPrivacy.setTrackingConsent({ preferences, analytics: preferences, marketing: preferences, sale_of_data: preferences })
  })
})
