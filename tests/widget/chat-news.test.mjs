import assert from "node:assert/strict"
import { afterEach, beforeEach, mock, test } from "node:test"

import { NewsSource } from "../../extensions/chat-widget/assets/chat-news.js"
import { Refused } from "../../extensions/chat-widget/assets/chat-transport.js"
import { directToken, event, FakeNetwork, html, json, settled, sse } from "./support/fake-fetch.mjs"

const AT = "https://chat.example.com/stream/news"
const DIRECT = directToken(AT)
const QUIET = { mode: "staff", last: 4, unread: 0, waiting: true, preview: null, direct: DIRECT }
const NEWS = { ...QUIET, last: 5, unread: 1, direct: null }
const OVER = { ...NEWS, mode: "assistant", waiting: false }
const THROUGH = "/apps/flux-chat/news"

mock.timers.enable({ apis: ["setTimeout"] })
beforeEach(() => {
  globalThis.document = Object.assign(new EventTarget(), { hidden: false })
})
afterEach(() => {
  delete globalThis.document
})

test("one question goes through the shop, and what follows comes past it", async () => {
  const told = sse(event(5, "news", NEWS), event(5, "news", OVER), null)
  const network = new FakeNetwork({ [THROUGH]: () => json(QUIET), direct: () => told })

  const heard = await hear(3)

  assert.deepEqual(heard.map(({ unread }) => unread), [0, 1, 1])
  const [glance, stream] = network.calls
  assert.deepEqual([glance.url, glance.body], [THROUGH, { sessionId: "s1", after: 4 }])
  assert.equal(stream.url, `${AT}?after=4&last=4`)
  assert.equal(stream.headers.Authorization, `Bearer ${DIRECT}`)
})

test("when nobody is awaited any more, nothing is asked", async () => {
  const network = new FakeNetwork({ [THROUGH]: () => json({ ...OVER, direct: null }) })

  assert.equal((await hear(9)).length, 1)
  assert.equal(network.calls.length, 1)
})

test("a stream that ends is followed by a question within ten seconds", async () => {
  const network = new FakeNetwork({ [THROUGH]: () => json(QUIET), direct: () => sse(null) })

  await hear(4)

  const streams = network.calls.filter(({ url }) => url.startsWith(AT))
  assert.equal(streams.length, 3)
})

test("where nothing gets past the shop, it is asked every eight seconds", async () => {
  const broken = () => {
    throw new TypeError("Failed to fetch")
  }
  const network = new FakeNetwork({ [THROUGH]: () => json(QUIET), direct: broken })

  const seconds = await secondsFor(() => hear(6))

  assert.equal(network.calls.filter(({ url }) => url.startsWith(AT)).length, 2)
  assert.ok(seconds <= 5 * 10, `${seconds} s`)
})

test("a stream that falls silent is not tried again", async () => {
  const network = new FakeNetwork({ [THROUGH]: () => json(QUIET), direct: () => sse() })

  await hear(4)

  assert.equal(network.calls.filter(({ url }) => url.startsWith(AT)).length, 1)
})

test("a shop that cannot be reached is asked again, and a refusal ends the asking", async () => {
  const answers = [new TypeError("offline"), json(QUIET), refusal()]
  const next = () => {
    const answer = answers.shift()
    if (answer instanceof Error) throw answer
    return answer
  }
  new FakeNetwork({ [THROUGH]: next, direct: () => html() })

  const heard = []
  await assert.rejects(hear(9, heard), Refused)
  assert.equal(heard.length, 1)
})

test("nobody listens on a page that nobody sees", async () => {
  const network = new FakeNetwork({ [THROUGH]: () => json(QUIET), direct: () => sse() })
  const leaving = new AbortController()
  const hearing = assert.rejects(hear(9, [], leaving.signal))
  await pass(3)
  assert.equal(network.calls.length, 2)

  document.hidden = true
  document.dispatchEvent(new Event("visibilitychange"))
  await pass(120)
  assert.equal(network.calls.length, 2)

  document.hidden = false
  document.dispatchEvent(new Event("visibilitychange"))
  await pass(20)
  assert.ok(network.calls.length > 2)
  leaving.abort()
  await pass(20)
  await hearing
})

/** So many pieces of news, while the clock goes on. */
async function hear(most, heard = [], signal = new AbortController().signal) {
  const source = new NewsSource("/apps/flux-chat/", "s1")
  const hearing = (async () => {
    for await (const news of source.follow(() => 4, signal)) {
      heard.push(news)
      if (heard.length === most) break
    }
    return heard
  })()
  keepTime(hearing)
  return hearing
}

let seconds = 0

async function keepTime(until) {
  let isOver = false
  until.catch(() => {}).finally(() => (isOver = true))
  for (let gone = 0; gone < 300 && !isOver; gone += 1) await pass(1)
}

async function secondsFor(act) {
  const before = seconds
  await act()
  return seconds - before
}

async function pass(count) {
  for (let gone = 0; gone < count; gone += 1) {
    await settled()
    mock.timers.tick(1_000)
    seconds += 1
  }
}

function refusal() {
  return json({ error: { code: "shop_uninstalled", retry: false } }, { status: 410 })
}
