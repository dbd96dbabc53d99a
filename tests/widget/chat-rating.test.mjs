import assert from "node:assert/strict"
import { test } from "node:test"

import { sessionInQuestion } from "../../extensions/chat-widget/assets/chat-rating.js"

const ANSWERS = [{ role: "shopper" }, { role: "assistant" }, { role: "staff" }]
const CHAT = {
  rating: true,
  rated: false,
  mode: "assistant",
  sessionId: "s1",
  messages: ANSWERS,
  past: null,
}
const FRESH = { ...CHAT, sessionId: null, messages: [], rating: false }

test("a chat that goes on is asked nothing", () => {
  assert.equal(sessionInQuestion(CHAT), null)
  assert.equal(sessionInQuestion({ ...CHAT, mode: "staff" }), null)
})

test("what the staff has closed is asked about, unless that was answered", () => {
  assert.equal(sessionInQuestion({ ...CHAT, mode: "closed" }), "s1")
  assert.equal(sessionInQuestion({ ...CHAT, mode: "closed", rated: true }), null)
})

test("what was reset is asked about in the fresh chat", () => {
  assert.equal(sessionInQuestion({ ...FRESH, past: CHAT }), "s1")
})

for (const [why, change] of [
  ["there was but one answer", { messages: ANSWERS.slice(0, 2) }],
  ["it was rated before", { rated: true }],
  ["the merchant asks for no ratings", { rating: false }],
])
  test(`a chat that was reset is not asked about when ${why}`, () => {
    assert.equal(sessionInQuestion({ ...FRESH, past: { ...CHAT, ...change } }), null)
  })

test("where the merchant asks for no ratings a closed chat is asked nothing", () => {
  assert.equal(sessionInQuestion({ ...CHAT, mode: "closed", rating: false }), null)
})
