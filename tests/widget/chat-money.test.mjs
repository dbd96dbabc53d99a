import assert from "node:assert/strict"
import { afterEach, test } from "node:test"

import * as money from "../../extensions/chat-widget/assets/chat-money.js"
import { FakeNetwork, html, json } from "./support/fake-fetch.mjs"

const EUROS = (amount) => ({ amount, currency: "EUR" })
const SMALL = { id: "gid://shopify/ProductVariant/1", options: ["Small", "Blue"] }
const SHIRT = {
  price: EUROS("19.00"),
  compareAtPrice: EUROS("19.00"),
  available: true,
  options: [{ name: "Size", values: ["Small", "Large"] }, { name: "Colour", values: ["Blue", "Red"] }],
  variants: [
    { ...SMALL, price: EUROS("19.00"), compareAtPrice: EUROS("25.00"), available: false },
    { ...SMALL, id: 2, price: EUROS("21.00"), compareAtPrice: null, available: true, options: ["Large", "Blue"] },
    { ...SMALL, id: 3, price: EUROS("19.00"), compareAtPrice: null, available: true, options: ["Small", "Red"] },
  ],
}
const STORED = {
  price: 198000,
  compare_at_price: 250000,
  available: true,
  requires_selling_plan: false,
  options: [{ name: "Size", position: 1, values: ["Small"] }],
  variants: [
    { id: 1, price: 198000, compare_at_price: null, available: true, options: ["Small"], requires_selling_plan: true },
  ],
}

let handles = 0
afterEach(() => delete globalThis.fetch)

const WRITTEN = [
  [EUROS("1249.5"), "en", "€1,249.50"],
  [EUROS(1249.5), "de", "1.249,50 €"],
  [{ amount: "1980", currency: "JPY" }, "ja", "￥1,980"],
  [{ amount: "12.5", currency: "KWD" }, "en", "KWD 12.500"],
  [{ amount: "5", currency: "CAD" }, "en", "CA$5.00"],
  [{ amount: "5", currency: "not money" }, "en", "5 not money"],
]
for (const [amount, locale, words] of WRITTEN)
  test(`${amount.amount} ${amount.currency} is ${words} in ${locale}`, () => {
    assert.equal(money.formatMoney(amount, locale).replaceAll("\u00a0", " "), words)
  })

test("the store counts in hundredths, also of a currency that has none", () => {
  const product = money.fromStore(STORED, "JPY")
  assert.deepEqual(product.price, { amount: 1980, currency: "JPY" })
  assert.deepEqual(product.compareAt, { amount: 2500, currency: "JPY" })
  assert.equal(money.formatMoney(product.price, "ja"), "￥1,980")
})

test("an answer and the store tell of a product in the same shape", () => {
  const [told, stored] = [money.fromPart(SHIRT), money.fromStore(STORED, "JPY")]
  const namesOf = (value) => Object.keys(value).filter((name) => name !== "needsPlan").sort()

  assert.deepEqual(namesOf(told), namesOf(stored))
  assert.deepEqual(namesOf(told.variants[0]), namesOf(stored.variants[0]))
  assert.deepEqual(told.variants.map(({ id }) => id), ["1", "2", "3"])
  assert.equal(stored.variants[0].id, "1")
})

test("a price before counts only where it was higher", () => {
  const { compareAt, variants } = money.fromPart(SHIRT)
  assert.equal(compareAt, null)
  assert.deepEqual(variants.map(({ compareAt: before }) => before), [EUROS("25.00"), null, null])
})

test("what is sold by plan alone says so, the whole product or one variant", () => {
  const { needsPlan, variants } = money.fromStore(STORED, "JPY")
  assert.equal(needsPlan, false)
  assert.equal(variants[0].needsPlan, true)
})

test("the first that can be bought is chosen, else the first", () => {
  const soldOut = { ...SHIRT, variants: SHIRT.variants.map((each) => ({ ...each, available: false })) }
  assert.deepEqual(money.firstChoice(money.fromPart(SHIRT)), ["Large", "Blue"])
  assert.deepEqual(money.firstChoice(money.fromPart(soldOut)), ["Small", "Blue"])
  assert.deepEqual(money.firstChoice(money.fromPart({ ...SHIRT, variants: [] })), [])
})

const OBSTACLES = [
  [["Large", "Blue"], 0, "Small", "soldOut"],
  [["Large", "Blue"], 1, "Red", "unavailable"],
  [["Large", "Blue"], 1, "Blue", ""],
  [["Small", "Blue"], 1, "Red", ""],
]
for (const [chosen, place, value, obstacle] of OBSTACLES)
  test(`of ${chosen}, ${value} is ${obstacle || "there"}`, () => {
    assert.equal(money.obstacleTo(money.fromPart(SHIRT), chosen, place, value), obstacle)
  })

test("a variant is found by all of its values", () => {
  const shirt = money.fromPart(SHIRT)
  assert.equal(money.findVariant(shirt, ["Small", "Red"]).id, "3")
  assert.equal(money.findVariant(shirt, ["Large", "Red"]), undefined)
})

test("the store is asked once for a product, below the root of the page's language", async () => {
  const network = new FakeNetwork({ "": () => json(STORED) })
  const handle = newHandle()
  const answers = await Promise.all([money.askStore(handle, "/de/"), money.askStore(handle, "/de/")])

  assert.deepEqual(answers, [STORED, STORED])
  assert.deepEqual(network.calls.map(({ url }) => url), [`/de/products/${handle}.js`])
})

test("a product that is gone stays gone", async () => {
  const network = new FakeNetwork({ "": () => json({ status: 404 }, { status: 404 }) })
  const handle = newHandle()

  assert.equal(await money.askStore(handle, "/"), null)
  assert.equal(await money.askStore(handle, "/"), null)
  assert.equal(network.calls.length, 1)
})

for (const [what, road] of [["an error", () => json({}, { status: 503 })], ["a page", () => html()]])
  test(`${what} is no answer, and the next card asks again`, async () => {
    const network = new FakeNetwork({ "": road })
    const handle = newHandle()

    await assert.rejects(money.askStore(handle, "/"))
    await assert.rejects(money.askStore(handle, "/"))
    assert.equal(network.calls.length, 2)
  })

test("a handle stands in an address as one piece of it", async () => {
  const network = new FakeNetwork({ "": () => json(STORED) })
  await money.askStore("茶碗/../cart", "/")
  assert.equal(network.calls[0].url, "/products/%E8%8C%B6%E7%A2%97%2F..%2Fcart.js")
})

function newHandle() {
  handles += 1
  return `shirt-${handles}`
}
