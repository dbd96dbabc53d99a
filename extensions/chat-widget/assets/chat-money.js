// What products cost, as the language of the page writes it; and each product with its variants in
// one shape, whether an answer tells of it or the store.

// Shopify's storefronts count in hundredths, also where a currency has no coins or smaller ones.
const SUBUNITS = 100
const GONE = 404

// What the store was asked in the life of this page.
const asked = new Map()

/** An amount is a number, or a decimal as written. */
export function formatMoney({ amount, currency }, locale) {
  try {
    const format = new Intl.NumberFormat(locale, { style: "currency", currency })
    return format.format(Number(amount))
  } catch {
    // A code that the browser refuses must not cost the card.
    return `${amount} ${currency}`
  }
}

/** An item of a part: what the shop's records had. */
export function fromPart(item) {
  return productOf(item, ({ price, compareAtPrice: before }) => ({
    price,
    compareAt: Number(before?.amount) > Number(price.amount) ? before : null,
  }))
}

/** `products/{handle}.js`: what it costs the visitor now. */
export function fromStore(product, currency) {
  const money = (count) => ({ amount: count / SUBUNITS, currency })

  return productOf(product, ({ price, compare_at_price: before, requires_selling_plan }) => ({
    price: money(price),
    compareAt: before > price ? money(before) : null,
    needsPlan: requires_selling_plan,
  }))
}

function productOf({ available, options, variants, ...product }, offerOf) {
  return {
    ...offerOf(product),
    available,
    options,
    variants: variants.map((variant) => ({
      ...offerOf(variant),
      available: variant.available,
      options: variant.options,
      // A number, or Shopify's long form of it.
      id: String(variant.id).split("/").pop(),
    })),
  }
}

/** Asks once for each product; null when there is none. */
export function askStore(handle, root) {
  if (!asked.has(handle)) {
    const answer = ask(`${root}products/${encodeURIComponent(handle)}.js`)
    asked.set(handle, answer)
    // Without an answer, the next card may ask again.
    answer.catch(() => asked.delete(handle))
  }
  return asked.get(handle)
}

export function firstChoice({ variants }) {
  return (variants.find(({ available }) => available) ?? variants[0])?.options ?? []
}

export function findVariant({ variants }, chosen) {
  return variants.find(({ options }) => options.every((value, place) => value === chosen[place]))
}

/** In the way of `value` at this place of a choice: "soldOut", "unavailable" or nothing. */
export function obstacleTo(product, chosen, place, value) {
  const variant = findVariant(product, replaceAt(chosen, place, value))
  if (!variant) return "unavailable"
  return variant.available ? "" : "soldOut"
}

export function replaceAt(chosen, place, value) {
  return chosen.map((other, at) => (at === place ? value : other))
}

async function ask(address) {
  const response = await fetch(address)
  if (response.status === GONE) return null
  if (!response.ok) throw new Error(response.status)
  return response.json()
}
