import assert from "node:assert/strict"
import { test } from "node:test"

import { Attempts, rowsOf, shapeOf } from "../../extensions/chat-widget/assets/chat-form-pieces.js"

const ANSWER = { run: "r1", revision: 1, action: "answer", values: { phone: "1" } }
const options = (count) => Array.from({ length: count }, (_, at) => ({ value: `${at}`, label: "" }))

const SHAPES = [
  [{ kind: "text" }, "form-line"],
  [{ kind: "text", options: options(9) }, "form-line"],
  [{ kind: "phone" }, "form-line"],
  [{ kind: "email" }, "form-line"],
  [{ kind: "number" }, "form-line"],
  [{ kind: "of-tomorrow" }, "form-line"],
  [{ kind: "long" }, "form-long"],
  [{ kind: "choice", options: options(6) }, "form-choice"],
  [{ kind: "choice", options: options(7) }, "form-list"],
]

for (const [field, shape] of SHAPES)
  test(`${JSON.stringify(field)} is drawn as ${shape}`, () => assert.equal(shapeOf(field), shape))

test("an answer that comes again has the same id, and another one another", () => {
  const attempts = new Attempts()
  const first = attempts.of(ANSWER)

  assert.match(first.messageId, /^[0-9a-f-]{36}$/)
  assert.deepEqual(attempts.of({ ...ANSWER }), first)
  const changed = attempts.of({ ...ANSWER, values: { phone: "2" } })
  assert.notEqual(changed.messageId, first.messageId)
})

test("what has come through is no attempt any more", () => {
  const attempts = new Attempts()
  const { messageId } = attempts.of(ANSWER)
  attempts.forget()

  assert.notEqual(attempts.of(ANSWER).messageId, messageId)
})

test("a step is changed at its first answer, where it may be changed at all", () => {
  const summary = [
    { step: "contact", label: "Name", value: "Ben" },
    { step: "contact", label: "Phone", value: "1" },
    { step: "place", label: "Where", value: "Husum" },
  ]
  const may = (actions) => rowsOf({ summary, actions }).map(({ mayChange }) => mayChange)

  assert.deepEqual(may(["change:contact", "change:place"]), [true, false, true])
  assert.deepEqual(may(["back", "cancel"]), [false, false, false])
  assert.deepEqual(rowsOf({}), [])
})
