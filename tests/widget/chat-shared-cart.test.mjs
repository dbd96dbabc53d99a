import assert from "node:assert/strict"
import { afterEach, beforeEach, mock, test } from "node:test"

import { shareCart } from "../../extensions/chat-widget/assets/chat-shared-cart.js"
import { html, json, settled } from "./support/fake-fetch.mjs"

const MUG = {
  ...{ quantity: 2, price: 2200, url: "/de/products/harbour-mug?variant=7" },
  ...{ title: "Harbour Mug - Fog", product_title: "Harbour Mug", variant_title: "Fog" },
}
const CART = { token: "secret", note: "Ring twice", currency: "EUR", total_price: 4400, items: [MUG] }
const TOLD = {
  lines: [
    {
      ...{ title: "Harbour Mug", variant: "Fog", quantity: 2, price: 2200 },
      url: "/de/products/harbour-mug?variant=7",
    },
  ],
  ...{ more: 0, total: 4400, currency: "EUR" },
}
const TEN_SECONDS = 10_000
const TEN_MINUTES = 600_000

beforeEach(() => mock.timers.enable({ apis: ["Date"], now: 1_800_000_000_000 }))
afterEach(() => {
  mock.timers.reset()
  for (const name of ["Shopify", "fetch", "document"]) delete globalThis[name]
})

/** An open chat in which a person is awaited, in a store with this cart. */
function chat({ cart = CART, road, told = async () => {} } = {}) {
  const conversation = new EventTarget()
  conversation.state = { waiting: true, isOpen: true, sessionId: "s1" }
  const news = []
  const client = { tell: (path, fields) => news.push([path, fields]) && told() }
  const page = { cart, asked: [], conversation, client, news, leaving: new AbortController() }

  globalThis.Shopify = { routes: { root: "/de/" } }
  globalThis.document = { hidden: false }
  globalThis.fetch = async (url) => {
    page.asked.push(url)
    return road?.() ?? json(page.cart)
  }
  const begin = () => shareCart({ client, conversation, signal: page.leaving.signal })

  return Object.assign(page, {
    carts: () => news.map(([, { cart }]) => cart),
    async begins() {
      begin()
      await settled()
    },
    async hears(milliseconds, changes = {}) {
      mock.timers.setTime(Date.now() + milliseconds)
      Object.assign(conversation.state, changes)
      conversation.dispatchEvent(new Event("state:change"))
      await settled()
    },
  })
}

test("what lies in the cart is told at once, and nothing else of the cart", async () => {
  const page = chat()
  await page.begins()

  assert.deepEqual(page.asked, ["/de/cart.js"])
  assert.deepEqual(page.news, [["presence", { sessionId: "s1", cart: TOLD }]])
})

test("it is told once for a chat, however often a person comes into it", async () => {
  const page = chat()
  await page.begins()
  await page.begins()
  await page.hears(TEN_SECONDS)

  assert.equal(page.asked.length, 2)
  assert.equal(page.news.length, 1)
})

test("the store is asked every ten seconds at most, and a change is told", async () => {
  const page = chat()
  await page.begins()
  page.cart = { ...CART, items: [], total_price: 0 }
  await page.hears(TEN_SECONDS - 1)
  assert.equal(page.asked.length, 1)

  await page.hears(1)
  assert.deepEqual(page.carts(), [TOLD, { lines: [], more: 0, total: 0, currency: "EUR" }])
})

test("before the server forgets it, the same is told again, and to another session at once", async () => {
  const page = chat()
  await page.begins()
  await page.hears(TEN_MINUTES - 1)
  assert.equal(page.news.length, 1)
  await page.hears(TEN_SECONDS)
  assert.equal(page.news.length, 2)

  await page.hears(TEN_SECONDS, { sessionId: "s2" })
  assert.equal(page.news[2][1].sessionId, "s2")
})

for (const [when, changes] of Object.entries({
  "nobody is awaited any more": { waiting: false },
  "the chat is closed": { isOpen: false },
  "the chat was put away": { sessionId: null },
}))
  test(`when ${when}, the store is not even asked`, async () => {
    const page = chat()
    Object.assign(page.conversation.state, changes)
    await page.begins()
    await page.hears(TEN_SECONDS)

    assert.deepEqual([page.asked, page.news], [[], []])
  })

test("a page that nobody sees asks nothing, and catches up when it is seen", async () => {
  const page = chat()
  document.hidden = true
  await page.begins()
  assert.deepEqual(page.asked, [])

  document.hidden = false
  await page.hears(1)
  assert.deepEqual(page.carts(), [TOLD])
})

test("after the panel has left the page nothing is asked", async () => {
  const page = chat()
  await page.begins()
  page.leaving.abort()
  await page.hears(TEN_SECONDS)

  assert.equal(page.asked.length, 1)
})

for (const [what, road] of Object.entries({
  "no network": () => Promise.reject(new TypeError("Failed to fetch")),
  "a store in trouble": () => json({}, { status: 503 }),
  "a page instead of the cart": html,
  "something else": () => json([]),
}))
  test(`${what} costs the shopper nothing, and is tried again`, async () => {
    let isBroken = true
    const page = chat({ road: () => (isBroken ? road() : json(CART)) })
    await page.begins()
    assert.deepEqual(page.news, [])

    isBroken = false
    await page.hears(TEN_SECONDS)
    assert.deepEqual(page.carts(), [TOLD])
  })

test("what could not be told is told with the next look", async () => {
  const page = chat({ told: () => Promise.reject(new Error("away")) })
  await page.begins()
  await page.hears(TEN_SECONDS)

  assert.equal(page.news.length, 2)
})

test("a page without a store's cart asks nothing", async () => {
  const page = chat()
  globalThis.Shopify = undefined
  await page.begins()

  assert.deepEqual([page.asked, page.news], [[], []])
})

test("a long cart is cut, and long words with it, never through a character", async () => {
  const line = { ...MUG, product_title: `${"x".repeat(254)}🧶`, variant_title: null, url: "/".repeat(601) }
  const page = chat({ cart: { ...CART, items: Array(23).fill(line) } })
  await page.begins()

  const [{ lines, more }] = page.carts()
  assert.deepEqual([lines.length, more], [20, 3])
  assert.deepEqual([lines[0].title, lines[0].variant, lines[0].url], ["x".repeat(254), "", ""])
})

test("a line that is reduced is told with what it costs now", async () => {
  const page = chat({ cart: { ...CART, items: [{ ...MUG, product_title: undefined, final_price: 1980 }] } })
  await page.begins()

  const [{ lines }] = page.carts()
  assert.deepEqual([lines[0].price, lines[0].title], [1980, "Harbour Mug - Fog"])
})
