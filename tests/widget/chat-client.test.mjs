import assert from "node:assert/strict"
import { test } from "node:test"

import { ChatClient } from "../../extensions/chat-widget/assets/chat-client.js"
import { Connection } from "../../extensions/chat-widget/assets/chat-connection.js"
import { FakeNetwork, json } from "./support/fake-fetch.mjs"

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

function client() {
  return new ChatClient("/apps/flux-chat/", new Connection(), {})
}
