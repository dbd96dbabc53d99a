import assert from "node:assert/strict"
import { test } from "node:test"

import { readEvents } from "../../extensions/chat-widget/assets/chat-transport.js"

const TEXT =
  `: ${" ".repeat(40)}\n\n` +
  'id: 1\nevent: text\ndata: {"at":0,"text":"Grüße, 🌊 "}\n\n: \n\n' +
  'id: 2\nevent: text\ndata: {"at":10,"text":"line\\nbreak"}\n\n' +
  'id: 3\nevent: finished\ndata: {"message":{"id":"m","seq":2}}\n\n'

const EVENTS = [
  { id: 1, name: "text", data: { at: 0, text: "Grüße, 🌊 " } },
  { id: 2, name: "text", data: { at: 10, text: "line\nbreak" } },
  { id: 3, name: "finished", data: { message: { id: "m", seq: 2 } } },
]

for (const size of [1, 2, 3, 5, 64, 10_000]) {
  test(`events arrive whole when their bytes come ${size} at a time`, async () => {
    assert.deepEqual(await Array.fromAsync(readEvents(bodyOf(TEXT, size))), EVENTS)
  })
}

test("heartbeats are heard although they tell nothing", async () => {
  let heard = 0
  await Array.fromAsync(readEvents(bodyOf(": \n\n: \n\n", 4), () => (heard += 1)))
  assert.equal(heard, 2)
})

test("whoever stops reading lets go of the connection", async () => {
  let isCancelled = false
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue(new TextEncoder().encode(TEXT)),
    cancel: () => (isCancelled = true),
  })

  for await (const _ of readEvents(body)) break

  assert.ok(isCancelled)
})

function bodyOf(text, size) {
  const bytes = new TextEncoder().encode(text)
  const length = Math.ceil(bytes.length / size)
  const chunks = Array.from({ length }, (_, at) => bytes.slice(at * size, (at + 1) * size))
  return ReadableStream.from(chunks)
}
