import assert from "node:assert/strict"
import { afterEach, beforeEach, mock, test } from "node:test"

import { NewsSource } from "../../extensions/chat-widget/assets/chat-news.js"
import { Refused } from "../../extensions/chat-widget/assets/chat-transport.js"
import { FakeNetwork, json, settled } from "./support/fake-fetch.mjs"

const AT = "https://chat.example.com/stream/news"
const DIRECT = `${Buffer.from(JSON.stringify({ at: AT })).toString("base64url")}.signed`
const QUIET = { mode: "staff", last: 4, unread: 0, waiting: true, preview: null, direct: DIRECT }
const NEWS = { ...QUIET, last: 5, unread: 1, direct: null }

mock.timers.enable({ apis: ["setTimeout"] })
beforeEach(() => {
  globalThis.document = Object.assign(new EventTarget(), { hidden: false })
})
afterEach(() => {
  delete globalThis.document
})

test("one question goes through the shop, and the next waits past it", async () => {
  const network = new FakeNetwork({ "/apps/flux-chat/news": () => json(QUIET), direct: () => json(NEWS) })
  const source = new NewsSource("/apps/flux-chat/", "s1")

  assert.equal((await source.ask(4, signal())).unread, 0)
  assert.equal((await source.ask(4, signal())).unread, 1)

  const [glance, wait] = network.calls
  assert.deepEqual([glance.url, glance.body], ["/apps/flux-chat/news", { sessionId: "s1", after: 4 }])
  assert.equal(wait.url, `${AT}?after=4&last=4&wait=50`)
  assert.equal(wait.headers.Authorization, `Bearer ${DIRECT}`)
})

test("what is known already is waited past with the same token", async () => {
  const network = new FakeNetwork({ "/apps/flux-chat/news": () => json(QUIET), direct: () => json(NEWS) })
  const source = new NewsSource("/apps/flux-chat", "s1")
  for (const _ of [1, 2, 3]) await source.ask(4, signal())

  assert.equal(network.calls.at(-1).url, `${AT}?after=4&last=5&wait=50`)
})

test("a token whose time is over costs one question through the shop, at once", async () => {
  const over = () => json({ error: { code: "unauthorized", retry: false } }, { status: 401 })
  const network = new FakeNetwork({ "/apps/flux-chat/news": () => json(QUIET), direct: over })
  const source = new NewsSource("/apps/flux-chat", "s1")

  await source.ask(4, signal())
  assert.equal(await source.ask(4, signal()), null)
  assert.equal((await source.ask(4, signal())).last, 4)
  assert.equal(network.calls.length, 3)
})

test("where nothing gets past the shop, it is asked within ten seconds each time", async () => {
  const broken = () => {
    throw new TypeError("Failed to fetch")
  }
  const network = new FakeNetwork({ "/apps/flux-chat/news": () => json(QUIET), direct: broken })
  const source = new NewsSource("/apps/flux-chat", "s1")

  const answers = await within(60_000, async () => {
    const found = []
    for (let at = 0; at < 8; at += 1) found.push(await source.ask(4, signal()))
    return found
  })

  assert.equal(network.calls.filter(({ url }) => url.startsWith(AT)).length, 2)
  assert.equal(answers.at(-1).last, 4)
  assert.ok(answers.slice(4).every(Boolean))
})

test("a refusal that repeating cannot change ends the asking", async () => {
  const gone = () => json({ error: { code: "shop_uninstalled", retry: false } }, { status: 410 })
  new FakeNetwork({ "/apps/flux-chat/news": gone })

  await assert.rejects(new NewsSource("/apps/flux-chat", "s1").ask(4, signal()), Refused)
})

test("nobody waits on a page that nobody sees", async () => {
  new FakeNetwork({ "/apps/flux-chat/news": () => json(QUIET), direct: () => new Promise(() => {}) })
  const source = new NewsSource("/apps/flux-chat", "s1")
  await source.ask(4, signal())

  const waiting = source.ask(4, signal())
  await settled()
  document.hidden = true
  document.dispatchEvent(new Event("visibilitychange"))

  assert.equal(await waiting, null)
})

function signal() {
  return new AbortController().signal
}

/** While the clock goes on, in steps that are shorter than any pause. */
async function within(milliseconds, act) {
  let isDone = false
  const acting = act().finally(() => (isDone = true))
  for (let gone = 0; gone < milliseconds && !isDone; gone += 1_000) {
    await settled()
    mock.timers.tick(1_000)
  }
  return acting
}
