import assert from "node:assert/strict"
import { afterEach, test } from "node:test"

import { addToCart, CartRefused, cartRoot, openCart } from "../../extensions/chat-widget/assets/chat-cart.js"
import { html, json } from "./support/fake-fetch.mjs"

const LINE = { id: "7", quantity: 2 }
const GID = "gid://shopify/ProductVariant/7"
const OWN = { id: "line 1", quantity: 2, merchandise: { id: GID } }

afterEach(() => ["Shopify", "fetch", "document", "location"].forEach((name) => delete globalThis[name]))

test("with Shopify's actions the theme itself adds, and opens its cart", async () => {
  const { asked, posts } = page({ answer: { cart: { lines: [OWN] }, userErrors: [], warnings: [] } })

  assert.equal(await addToCart(LINE), "")
  await openCart()
  assert.deepEqual(asked, [{ lines: [{ merchandiseId: GID, quantity: 2 }] }, "opened"])
  assert.deepEqual(posts, [])
})

test("what the store refuses is told in its words, although the action succeeds", async () => {
  page({ answer: { cart: { lines: [] }, userErrors: [{ message: "Only 3 are left." }] } })
  await assert.rejects(addToCart(LINE), new CartRefused("Only 3 are left."))
})

test("a warning is a remark, and a refusal where nothing was added", async () => {
  const warning = { code: "MERCHANDISE_NOT_ENOUGH_STOCK", message: "We added one.", target: "line 1" }
  const soldOut = { code: "MERCHANDISE_OUT_OF_STOCK", message: "Sold out.", target: "line 9" }

  page({ answer: { cart: { lines: [OWN] }, warnings: [warning] } })
  assert.equal(await addToCart(LINE), "We added one.")
  page({ answer: { cart: { lines: [] }, warnings: [soldOut] } })
  await assert.rejects(addToCart(LINE), new CartRefused("Sold out."))
  page({ answer: { cart: { lines: [OWN] }, warnings: [soldOut] } })
  assert.equal(await addToCart(LINE), "", "another line's warning")
})

test("an action that fails is not tried in another way: it may have come through", async () => {
  const { posts } = page({ answer: Promise.reject(new TypeError("Failed to fetch")) })
  await assert.rejects(addToCart(LINE), TypeError)
  assert.deepEqual(posts, [])
})

test("without actions the line is posted as a theme's form does, with the sections of the page", async () => {
  const { posts } = page({ road: () => json({ id: 7 }), sections: ["cart-drawer", "header-cart"] })

  assert.equal(await addToCart(LINE), "")
  const [{ url, fields }] = posts
  assert.equal(url, "/de/cart/add.js")
  assert.deepEqual(fields, {
    ...{ id: "7", quantity: "2" },
    ...{ sections: "cart-drawer,header-cart", sections_url: "/de/pages/x" },
  })
})

test("no more sections are asked for than Shopify renders, and none of a theme without any", async () => {
  const many = page({ road: () => json({ id: 7 }), sections: ["a1", "a2", "a3", "a4", "a5", "a6"] })
  await addToCart(LINE)
  assert.equal(many.posts[0].fields.sections, "a1,a2,a3,a4,a5")

  const none = page({ road: () => json({ id: 7 }) })
  await addToCart(LINE)
  assert.deepEqual(none.posts[0].fields, { id: "7", quantity: "2" })
})

const REFUSALS = [
  ["sold out", () => json({ status: 422, description: "It is sold out." }, { status: 422 }), "It is sold out."],
  ["unknown", () => json({ status: 404 }, { status: 404 }), ""],
  ["unknown, as a page", () => new Response("<h1>?</h1>", { status: 404 }), ""],
]
for (const [what, road, words] of REFUSALS)
  test(`a product that is ${what} is refused with "${words}"`, async () => {
    page({ road })
    await assert.rejects(addToCart(LINE), new CartRefused(words))
  })

const FAILURES = {
  "no network": () => Promise.reject(new TypeError("Failed to fetch")),
  "a server in trouble": () => json({}, { status: 503 }),
  "the shop's password page": () => html(),
}
for (const [what, road] of Object.entries(FAILURES))
  test(`${what} is a failure without words of the store`, async () => {
    const { posts } = page({ road })
    await assert.rejects(addToCart(LINE), (error) => !(error instanceof CartRefused))
    assert.equal(posts.length, 1)
  })

test("the cart is marked once, and only with consent to the store's figures", async () => {
  const answer = { cart: { lines: [OWN] } }
  for (const consent of [undefined, {}, { analyticsProcessingAllowed: () => false }]) {
    const { posts } = page({ answer, consent })
    await addToCart(LINE)
    assert.deepEqual(posts, [])
  }

  const { posts } = page({ answer, consent: { analyticsProcessingAllowed: () => true } })
  await addToCart(LINE)
  await addToCart(LINE)
  const mark = { url: "/de/cart/update.js", fields: { "attributes[_flux_chat]": "1" } }
  assert.deepEqual(posts, [mark])
})

test("a page that is none of Shopify's has no cart", () => {
  assert.equal(cartRoot(), undefined)
  globalThis.Shopify = {}
  assert.equal(cartRoot(), undefined)
})

/** A page of a storefront; `answer` is its action's, `road` that of its Ajax API. */
function page({ answer, road, sections = [], consent } = {}) {
  const asked = []
  const posts = []
  const actions = answer && {
    updateCart: (change) => asked.push(change) && answer,
    openCart: () => asked.push("opened"),
  }
  const places = sections.map((name) => ({ id: `shopify-section-${name}`, contains: () => false }))

  globalThis.Shopify = { routes: { root: "/de/" }, actions, customerPrivacy: consent }
  globalThis.location = { pathname: "/de/pages/x" }
  globalThis.document = {
    querySelectorAll: (selector) => (selector.startsWith("a") ? [] : places),
    documentElement: new EventTarget(),
  }
  globalThis.fetch = async (url, { body }) => {
    posts.push({ url, fields: Object.fromEntries(body) })
    return road ? road() : json({})
  }
  return { asked, posts }
}
