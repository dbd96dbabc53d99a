import assert from "node:assert/strict"
import { test } from "node:test"

import { ChatClient, describePage, isBlank } from "../../extensions/chat-widget/assets/chat-client.js"
import { Connection } from "../../extensions/chat-widget/assets/chat-transport.js"
import { FakeNetwork, json } from "./support/fake-fetch.mjs"

const HINTS = JSON.stringify({ productId: 42, handle: "mug", cartCount: 1, country: "DE" })
const PRODUCT = { "page-hints": HINTS, "page-path": "/products/mug", locale: "en" }

test("the whole conversation is read page by page, and comes oldest first", async () => {
  const kept = Array.from({ length: 250 }, (_, at) => ({ seq: at + 1 }))
  const network = new FakeNetwork({
    "/history": ({ body: { before = Infinity, limit } }) => {
      const older = kept.filter(({ seq }) => seq < before)
      return json({ messages: older.slice(-limit), more: older.length > limit })
    },
  })

  assert.deepEqual(await client().messages("abc"), kept)
  assert.deepEqual(network.calls.map(({ body }) => body.before), [undefined, 151, 51])
})

test("a session that is unknown has no words", async () => {
  new FakeNetwork({ "/history": () => json({ messages: [], more: false }) })
  assert.deepEqual(await client().messages(null), [])
})

test("an earlier conversation is asked for by its id, and ids never stand in an address by accident", async () => {
  const network = new FakeNetwork({
    "/conversations": () => json({ conversations: [] }),
    "/open": () => json({ sessionId: "xyz" }),
  })

  await client().conversations()
  assert.deepEqual(await client().reopen("a/../b"), { sessionId: "xyz" })
  assert.deepEqual(network.calls.map(({ url }) => url), [
    "/apps/flux-chat/conversations",
    "/apps/flux-chat/conversations/a%2F..%2Fb/open",
  ])
})

test("a person is asked for in the name of a session", async () => {
  const away = { state: "away", hours: "9–17" }
  const network = new FakeNetwork({ "/person": () => json(away) })

  assert.deepEqual(await client().tell("person", { sessionId: "abc" }), away)
  const [{ url, body }] = network.calls
  assert.deepEqual([url, body], ["/apps/flux-chat/person", { sessionId: "abc" }])
})

test("an answer to a form is posted as it is, and a refusal says what is wrong with which field", async () => {
  const fields = { phone: "This number is too short." }
  const error = { code: "invalid", message: "No.", retry: false, fields }
  const network = new FakeNetwork({ "/form": () => json({ error }, { status: 422 }) })

  const refused = await client().form({ run: "r1", values: { phone: "1" } }).catch((found) => found)
  assert.deepEqual([refused.status, refused.fields], [422, fields])
  const [{ url, body }] = network.calls
  assert.deepEqual([url, body.run], ["/apps/flux-chat/form", "r1"])
})

test("a page is described by its address without a query, its title and what it is about", () => {
  assert.deepEqual(describe("https://tide.example/products/mug?token=sesame#top", "Mug", PRODUCT), {
    page: {
      ...JSON.parse(HINTS),
      url: "https://tide.example/products/mug",
      title: "Mug",
    },
    locale: "en",
  })
})

test("the product is left out on the next page of a theme that changes pages by script", () => {
  assert.equal(describe("https://tide.example/cart", "Cart", PRODUCT).page.productId, undefined)
})

for (const title of ["Mug \ud83d", "\ude00Mug", "\ud83d".repeat(2_000), `${"x".repeat(999)}😀`])
  test(`half a character in a title is left out: ${JSON.stringify(title.slice(0, 20))}`, () => {
    const { page } = describe("https://tide.example/", title)
    assert.doesNotMatch(page.title, /\p{Cs}/u)
    assert.ok(page.title.length <= 1_000)
  })

for (const title of [5, null, undefined, { name: "title" }, ["Mug"]])
  test(`a title that is no text is left out: ${JSON.stringify(title)}`, () => {
    assert.equal(describe("https://tide.example/", title).page.title, undefined)
  })

test("a long address and a long title are cut", () => {
  const { page } = describe(`https://tide.example/${"x".repeat(5_000)}`, "x".repeat(5_000))
  assert.deepEqual([page.url.length, page.title.length], [2_000, 1_000])
})

for (const path of ["//", "//[", "http://[", "https://elsewhere.example:port/", "\ud83d"])
  test(`an odd path of a product costs nothing but the product: ${path}`, () => {
    const url = "https://tide.example/products/mug"
    const { page } = describe(url, "Mug", { ...PRODUCT, "page-path": path })
    assert.deepEqual(page, { url, title: "Mug" })
  })

test("a page without an address of its own can be described too", () => {
  assert.equal(describe("about:srcdoc", "Mug", PRODUCT).page.productId, undefined)
})

const UNSEEN = [
  ...["", " \n\t\u00a0\u3000", "\u200b", "\u3164", "\u2800", "\u200d", "\ufeff", "\u00ad", "\ufe0f"],
  ...["\u{e0001}\u{e007f}", "\u202e\u2066", "\x00\x1b", "\u115f\u1160\uffa0", "\u034f", "\u180e"],
  ...["\ud83d", "\ufffd", "\u2060\u2800 \n"],
]
for (const text of UNSEEN)
  test(`nothing can be seen in ${JSON.stringify(text)}`, () => assert.ok(isBlank(text)))

for (const text of ["x", "?", "你", "👍", "👩\u200d💻", "\u200bx", "٣", "❤\ufe0f", "🇩🇪"])
  test(`something can be seen in ${JSON.stringify(text)}`, () => assert.ok(!isBlank(text)))

function client() {
  return new ChatClient("/apps/flux-chat/", new Connection(), {})
}

function describe(address, title, attributes = {}) {
  globalThis.location = new URL(address)
  globalThis.document = { title }
  return describePage({ getAttribute: (name) => attributes[name] ?? null })
}
