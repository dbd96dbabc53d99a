import assert from "node:assert/strict"
import { afterEach, mock, test } from "node:test"

import { Connection, Refused, TurnFollower } from "../../extensions/chat-widget/assets/chat-transport.js"
import { directToken, event, FakeNetwork, html, json, never, settled, sse } from "./support/fake-fetch.mjs"

const DIRECT = directToken("https://app.example/stream/t1")
const TEXT = event(1, "text", { at: 0, text: "Hello" })
const FINISHED = event(2, "finished", { message: { id: "m", seq: 2 } })
const POLLED = { id: 2, name: "finished", data: { message: { id: "m", seq: 2 } } }
const STILL = { events: [], status: "running", next: 0, direct: DIRECT }

let following

mock.timers.enable({ apis: ["setTimeout"] })
afterEach(() => following.abort())

test("the direct stream is tried first, with the token in a header and the number in the address", async () => {
  const { network, seen } = follow({ direct: () => sse(TEXT, FINISHED) })
  await settled()

  assert.deepEqual(seen.names, ["text", "finished"])
  assert.equal(network.calls[0].url, "https://app.example/stream/t1?after=0")
  assert.equal(network.calls[0].headers.Authorization, `Bearer ${DIRECT}`)
  assert.equal(seen.memory.transport, "direct")
})

test("a direct stream that cannot be reached gives way to one through the proxy", async () => {
  const { network, seen } = follow({
    direct: () => Promise.reject(new TypeError("Failed to fetch")),
    poll: () => json(STILL),
    stream: () => sse(TEXT, FINISHED),
  })
  await settled()

  assert.deepEqual(seen.names, ["text", "finished"])
  assert.deepEqual(network.transports, ["direct", "poll", "stream"])
  assert.deepEqual(network.calls[2].body, { sessionId: "s", after: 0, as: "stream" })
  assert.equal(seen.memory.transport, "stream")
})

test("streams that stay silent give way to polls, which wait no longer than eight seconds", async () => {
  const answered = { ...STILL, events: [POLLED], status: "answered", direct: null }
  const { network, seen } = follow({
    direct: never,
    stream: never,
    poll: ({ body }) => json(body.wait ? answered : STILL),
  })
  await later(4_000)
  assert.deepEqual(network.transports, ["direct", "poll", "stream"])
  await later(4_000)

  assert.deepEqual(network.transports, ["direct", "poll", "stream", "poll"])
  assert.equal(network.calls.at(-1).body.wait, 8)
  assert.equal(seen.memory.transport, "poll")
  assert.deepEqual(seen.names, ["finished"])
})

test("a turn that a person has taken over has ended, whether an event says so or its status does", async () => {
  const byEvent = follow({ direct: () => sse(TEXT, event(2, "handed_over", {})) })
  await settled()
  assert.deepEqual(byEvent.seen.names, ["text", "handed_over"])
  assert.equal(byEvent.network.calls.length, 1)

  const handedOver = { ...STILL, status: "handed_over", direct: null }
  const cut = () => sse(TEXT, event(2, "handoff", {}), null)
  const byStatus = follow({ direct: cut, poll: () => json(handedOver) })
  await later(2_000)
  assert.deepEqual(byStatus.seen.names, ["text", "handoff"])
  assert.deepEqual(byStatus.network.transports, ["direct", "poll"])
})

test("a captive portal's page is no stream", async () => {
  const { network } = follow({ direct: html, poll: () => json(STILL), stream: never })
  await settled()
  assert.deepEqual(network.transports, ["direct", "poll", "stream"])
})

test("a stream without heartbeats is given up, although it has brought something", async () => {
  const { network, seen } = follow({ direct: () => sse(TEXT), poll: () => json(STILL) })
  await settled()
  assert.deepEqual(seen.names, ["text"])

  await later(14_000)
  assert.deepEqual(network.transports, ["direct"])
  await later(1_000)
  await later(600)
  assert.deepEqual(network.transports, ["direct", "poll", "direct"])
})

test("what was cut goes on after the last number, with a new token", async () => {
  const fresh = directToken("https://app.example/stream/t1?fresh=1")
  const streams = [sse(TEXT, null), sse(FINISHED)]
  const poll = () => json({ ...STILL, direct: fresh })
  const { network, seen } = follow({ direct: () => streams.shift(), poll })
  await settled()

  assert.deepEqual(network.transports, ["direct", "poll", "direct"])
  assert.equal(network.calls[1].body.after, 1)
  assert.equal(network.calls[2].headers.Authorization, `Bearer ${fresh}`)
  assert.match(network.calls[2].url, /after=1$/)
  assert.deepEqual(seen.names, ["text", "finished"])
})

test("whoever is cut off again and again takes a breath before going on", async () => {
  let number = 0
  const direct = () => sse(event((number += 1), "text", { at: 0, text: "Hello" }), null)
  const { network } = follow({ direct, poll: () => json(STILL) })
  await settled()
  assert.deepEqual(network.transports, ["direct", "poll", "direct"])

  await later(400)
  assert.equal(network.transports.length, 3)
  await later(200)
  assert.equal(network.transports.length, 5)
  await later(600)
  assert.equal(network.transports.length, 7)
})

test("events that come twice are told once", async () => {
  const streams = [sse(TEXT, null), sse(TEXT, FINISHED)]
  const { seen } = follow({ direct: () => streams.shift(), poll: () => json(STILL) })
  await settled()
  assert.deepEqual(seen.names, ["text", "finished"])
})

test("a turn that has nothing more to tell ends without a last event", async () => {
  const poll = () => json({ ...STILL, status: "stopped", direct: null })
  const { seen } = follow({ poll }, { direct: null })
  await settled()
  assert.ok(seen.isOver)
})

test("while nothing gets through it is tried again, and the connection counts as lost", async () => {
  let isOffline = true
  const road = (answer) => () => (isOffline ? Promise.reject(new TypeError("offline")) : answer())
  const { seen } = follow({
    direct: road(() => sse(TEXT, FINISHED)),
    poll: road(() => json(STILL)),
    stream: road(never),
  })
  await later(600)
  assert.equal(seen.connection.trouble, "offline")

  isOffline = false
  for (let seconds = 0; seconds < 5; seconds += 1) await later(1_000)
  assert.equal(seen.connection.trouble, null)
  assert.deepEqual(seen.names, ["text", "finished"])
  assert.equal(seen.memory.transport, "direct")
})

test("a refusal that repeating cannot change is passed on", async () => {
  const error = { code: "not_found", message: "There is nothing here.", retry: false, ref: "r" }
  const { seen } = follow({ poll: () => json({ error }, { status: 404 }) }, { direct: null })
  await settled()

  assert.ok(seen.error instanceof Refused)
  assert.equal(seen.error.code, "not_found")
})

test("whoever stops following leaves no request behind", async () => {
  const { seen } = follow({ direct: () => sse(TEXT) })
  await settled()
  following.abort()
  await settled()
  assert.equal(seen.error?.name, "AbortError")
})

/** Follow turn `t1` and collect what is seen of it. */
function follow(roads, turn = {}) {
  const network = new FakeNetwork(roads)
  const connection = new Connection()
  const seen = { names: [], memory: {}, connection }
  following = new AbortController()
  const follower = new TurnFollower("/apps/flux-chat", connection, seen.memory)
  collect(follower.follow("s", { id: "t1", direct: DIRECT, ...turn }, following.signal), seen)
  return { network, seen }
}

async function collect(events, seen) {
  try {
    for await (const { name } of events) seen.names.push(name)
    seen.isOver = true
  } catch (error) {
    seen.error = error
  }
}

async function later(milliseconds) {
  await settled()
  mock.timers.tick(milliseconds)
  await settled()
}
