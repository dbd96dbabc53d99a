// Puts products into the theme's own cart, and has the page show it.

const VARIANT = "gid://shopify/ProductVariant/"
const SECTION = "shopify-section-"
// In one answer of Shopify's.
const MOST_SECTIONS = 5

let isMarked = false

/** By the store, in its own words; without any when it has no such product any more. */
export class CartRefused extends Error {}

/** Where the storefront's addresses begin; nothing where there is no cart of Shopify's. */
export function cartRoot() {
  return globalThis.Shopify?.routes?.root
}

/** Once: nobody can say how far a failure came. Returns what the store remarks, or "". */
export async function addToCart(line) {
  const remark = await (Shopify.actions?.updateCart ? updateCart : postLine)(line)
  markCart()
  return remark
}

/** As the theme does it. */
export async function openCart() {
  await Shopify.actions?.openCart?.()
}

/** What the store refuses is in the answer; the promise does not reject for that. */
async function updateCart({ id, quantity }) {
  const merchandiseId = VARIANT + id
  const lines = [{ merchandiseId, quantity }]
  const { cart, userErrors, warnings } = await Shopify.actions.updateCart({ lines })

  // Other lines of the cart may have warnings of their own.
  const own = cart?.lines?.find(({ merchandise }) => merchandise.id === merchandiseId)
  const warning = warnings?.find(({ target }) => !target || !own || target === own.id)
  const isOut = warning?.code === "MERCHANDISE_OUT_OF_STOCK" && !own?.quantity
  const refusal = userErrors?.[0] ?? (isOut ? warning : null)
  if (refusal) throw new CartRefused(refusal.message)
  return warning?.message ?? ""
}

/** As the theme's own form sends it. */
async function postLine(line) {
  const sections = cartSections().map(nameOf).join()
  const shown = sections && { sections, sections_url: location.pathname }
  const response = await post("cart/add.js", { ...line, ...shown })
  if (response.status === 404) throw new CartRefused("")

  const answer = await response.json()
  if (response.status === 422) throw new CartRefused(answer.description)
  if (!response.ok) throw new Error(response.status)
  showCart(answer.sections).catch(() => {})
  return ""
}

function post(path, fields) {
  const headers = { Accept: "application/json" }
  const body = new URLSearchParams(fields)
  // The theme may begin the page anew meanwhile.
  return fetch(cartRoot() + path, { method: "POST", headers, body, keepalive: true })
}

/** Wherever the page has it: in sections of the theme, and in links with a count. */
async function showCart(rendered = {}) {
  const cart = `${cartRoot()}cart`
  const links = `a[href="${cart}"]`
  const places = cartSections()
  if (!places.length && location.pathname === cart) return location.reload()

  const isShown = (link) => places.some((place) => place.contains(link) || link.contains(place))
  const isRenewed = places.every((place) => renew(place, parse(rendered[nameOf(place)])))
  const isAll = isRenewed && [...document.querySelectorAll(links)].every(isShown)
  if (!isAll) renewAll(links, await load(location.href))
  document.documentElement.dispatchEvent(new CustomEvent("cart:refresh", { bubbles: true }))
}

function renewAll(links, page) {
  const linksNow = page.querySelectorAll(links)
  document.querySelectorAll(links).forEach((link, at) => fill(link, linksNow[at]))
  for (const place of cartSections()) renew(place, page)
}

function renew(place, page) {
  return fill(place, page?.getElementById(place.id))
}

function fill(place, fresh) {
  if (fresh) place.replaceChildren(...fresh.childNodes)
  return fresh
}

function cartSections() {
  const found = document.querySelectorAll(`[id^="${SECTION}"][id*="cart" i]`)
  return [...found].slice(0, MOST_SECTIONS)
}

function nameOf({ id }) {
  return id.slice(SECTION.length)
}

/** Where the page's policy allows it. */
function parse(html) {
  try {
    return html && new DOMParser().parseFromString(html, "text/html")
  } catch {
    return null
  }
}

/** By the browser itself, which every policy allows. */
function load(address) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.responseType = "document"
    request.onload = () => resolve(request.response)
    request.onerror = reject
    request.open("GET", address)
    request.send()
  })
}

/** For the store's own figures, with the visitor's consent to those. */
function markCart() {
  const isAllowed = Shopify.customerPrivacy?.analyticsProcessingAllowed?.()
  if (isMarked || isAllowed !== true) return

  isMarked = true
  post("cart/update.js", { "attributes[_flux_chat]": "1" }).catch(() => {})
}
