import assert from "node:assert/strict"
import { test } from "node:test"

import { reduce, START, workOf } from "../../extensions/chat-widget/assets/chat-state.js"

const NOW = "2026-11-21T08:00:00Z"
const ENTRY = { messageId: "b1", message: "hello", at: NOW, locale: "en" }
const OTHER = { ...ENTRY, messageId: "b2" }
const TURN = { id: "t1", status: "running", next: 0, text: "" }
const NEXT_TURN = { ...TURN, id: "t2" }
const HISTORY = [
  { seq: 1, role: "shopper", text: "hello", parts: [], status: "answered" },
  { seq: 2, role: "assistant", text: "Welcome", parts: [], status: "answered" },
]
const SAID = { turn: null, form: null, mode: "assistant", more: false }
const PAGE = { ...SAID, sessionId: "s1", messages: HISTORY, pending: [] }
const NEWS = { ...SAID, question: { after: 2, wait: 8 }, messages: [] }
const ACCEPTED = { entry: ENTRY, sessionId: "s1", message: { id: "m3", seq: 3 }, turn: TURN }
const REFUSED = { messageId: "b1", code: "not_found", isReturned: false }
const HANDED_OVER = { ...ACCEPTED, turn: { id: "t1", status: "handed_over" } }
const RETURNED = { ...REFUSED, isReturned: true }
const GONE = { code: "shop_uninstalled", isFinal: true }
const MUG = { id: "p1", type: "products", items: [{ title: "Mug" }] }
const FORM = { id: "f1", type: "form", run: "r1", revision: 1, state: "open" }

const ASKED = ["page:ask", { sessionId: "s1" }]
const OPEN = after(START, ["chat:open"])
const IDLE = after(OPEN, ASKED, ["page:show", PAGE])
const SENDING = after(IDLE, ["message:send", ENTRY])
const STREAMING = after(SENDING, ["message:accept", ACCEPTED])
const STATES = {
  idle: IDLE,
  sending: SENDING,
  streaming: STREAMING,
  "waiting for staff": after(IDLE, ["news:take", { ...NEWS, mode: "staff" }]),
  failed: after(STREAMING, ["turn:failed", { code: "timeout", retry: true }], ["follow:end", {}]),
  closed: after(IDLE, ["news:take", { ...NEWS, mode: "closed" }]),
}

// What follows on each event, in the order of the phases: idle, sending, streaming, waiting for
// staff, failed, closed. A word alone stands for all six, a dash where nothing changes at all.
const TABLE = [
  ["chat:open", undefined, "idle sending streaming staff failed closed"],
  ["chat:close", undefined, "idle sending streaming staff failed closed"],
  ["chat:leave", undefined, "idle idle idle staff idle closed"],
  ["chat:refuse", GONE, "failed sending streaming failed failed closed"],
  ["chat:refuse", { code: "store_unavailable" }, "failed sending streaming failed failed closed"],
  ["page:ask", { sessionId: "s1" }, "idle sending streaming staff failed closed"],
  ["page:show", PAGE, "idle"],
  ["page:show", { ...PAGE, turn: TURN }, "streaming"],
  ["page:show", { ...PAGE, pending: [ENTRY] }, "sending"],
  ["page:show", { ...PAGE, mode: "staff" }, "staff"],
  ["page:show", { ...PAGE, mode: "closed" }, "closed"],
  ["page:prepend", { messages: [], more: false }, "idle sending streaming staff failed closed"],
  ["news:take", NEWS, "idle sending streaming idle failed idle"],
  ["news:take", { ...NEWS, turn: NEXT_TURN }, "streaming"],
  ["news:take", { ...NEWS, mode: "staff" }, "staff sending streaming staff failed staff"],
  ["news:take", { ...NEWS, mode: "closed" }, "closed sending streaming closed closed closed"],
  ["message:send", OTHER, "sending sending streaming sending sending sending"],
  ["message:accept", ACCEPTED, "streaming"],
  ["message:accept", HANDED_OVER, "idle idle streaming staff failed idle"],
  ["message:refuse", REFUSED, "failed failed streaming failed failed closed"],
  ["message:refuse", RETURNED, "failed failed streaming failed failed closed"],
  ["message:drop", { messageId: "b1" }, "idle idle streaming staff failed closed"],
  ["outbox:end", {}, "- idle - - - -"],
  ["turn:text", { at: 0, text: "Wel" }, "- - streaming - - -"],
  ["turn:part", { at: 0, part: MUG }, "- - streaming - - -"],
  ["turn:part", { at: 0, part: FORM }, "- - streaming - - -"],
  ["turn:restart", { attempt: 2 }, "- - streaming - - -"],
  ["turn:finished", { message: { id: "m4", seq: 4 }, now: NOW }, "- - streaming - - -"],
  ["turn:failed", { code: "timeout", retry: true }, "- - streaming - - -"],
  ["turn:stopped", {}, "-"],
  ["turn:handed_over", {}, "-"],
  ["turn:of-tomorrow", {}, "-"],
  ["follow:end", {}, "- - idle - - -"],
  ["rating:set", { seq: 2, value: 1 }, "idle sending streaming staff failed closed"],
  ["rating:ask", PAGE, "idle sending streaming staff failed closed"],
  ["rating:end", undefined, "idle sending streaming staff failed closed"],
  ["stop:begin", undefined, "idle sending streaming staff failed closed"],
  ["stop:fail", undefined, "idle sending streaming staff failed closed"],
  ["retry:begin", undefined, "sending sending streaming sending sending sending"],
  ["retry:end", {}, "idle sending streaming staff failed closed"],
  ["of-tomorrow", {}, "-"],
]

test("a chat begins idle, with nothing to do", () => {
  assert.equal(START.phase, "idle")
  assert.equal(workOf(START), null)
})

for (const [phase, state] of Object.entries(STATES))
  test(`there is a way to be ${phase}`, () => assert.equal(state.phase, phase))

for (const [name, data, row] of TABLE) {
  const words = row.split(" ")

  Object.values(STATES).forEach((before, at) => {
    const expected = words[at] ?? words[0]

    test(`${before.phase}, then ${name} ${JSON.stringify(data) ?? ""}`, () => {
      const kept = structuredClone(before)
      const next = reduce(before, { name, data })

      if (expected === "-") assert.equal(next, before)
      else assert.equal(next.phase, expected === "staff" ? "waiting for staff" : expected)
      assert.deepEqual(before, kept, "a state is never changed")
    })
  })
}

const HURRIED = ["chat:refuse", { code: "budget_reached", isFinal: false }]
const WORK = [
  ["an open chat listens", IDLE, "listen"],
  ["a closed panel asks nothing", after(IDLE, ["chat:close"]), null],
  ["before there is a session, there is nothing to ask", after(OPEN, ["page:show", {}]), null],
  ["while the first page is on its way, nothing else is asked", after(OPEN, ASKED), null],
  ["while a message is on its way, what a poll brings comes another way", SENDING, null],
  ["a turn is followed", STREAMING, "follow"],
  ["a turn is followed behind a closed panel, too", after(STREAMING, ["chat:close"]), "follow"],
  ["a failed turn may go on in another tab", STATES.failed, "listen"],
  ["people's words arrive", STATES["waiting for staff"], "listen"],
  ["where a conversation is over, there is no news", STATES.closed, null],
  ["a refusal ends the asking", after(IDLE, ["chat:refuse", GONE]), null],
  ["until somebody opens it again", after(IDLE, ["chat:refuse", GONE], ["chat:open"]), "listen"],
  ["a refusal of less than all ends nothing", after(IDLE, HURRIED), "listen"],
  ["a chat that was left does nothing", after(STREAMING, ["chat:leave"]), null],
]

for (const [title, state, work] of WORK) test(title, () => assert.equal(workOf(state), work))

test("a part arrives, a repeat takes its place, and the words stay as they are", () => {
  const sold = { ...MUG, items: [] }
  const map = { id: "p2", type: "of-tomorrow" }
  const state = after(
    STREAMING,
    ["turn:text", { at: 0, text: "Look" }],
    ["turn:part", { at: 4, part: MUG }],
    ["turn:part", { at: 4, part: map }],
    ["turn:part", { at: 2, part: sold }],
  )

  assert.deepEqual(state.reply, { text: "Look", parts: [{ ...sold, at: 2 }, { ...map, at: 4 }] })
})

test("parts become those of the message when the turn has finished", () => {
  const state = after(
    STREAMING,
    ["turn:part", { at: 0, part: MUG }],
    ["turn:finished", { message: { id: "m4", seq: 4 }, now: NOW }],
  )

  assert.deepEqual(state.messages.at(-1).parts, [{ ...MUG, at: 0 }])
  assert.equal(state.reply, null)
})

test("a form is open from its part on until a part says otherwise, whatever else is shown", () => {
  const part = (data) => ["turn:part", { at: 0, part: data }]
  const open = after(STREAMING, part(FORM), part(MUG))
  assert.deepEqual(open.form, FORM)
  assert.equal(after(open, part({ ...FORM, revision: 2 })).form.revision, 2)

  for (const state of ["finished", "cancelled", "abandoned"]) {
    const ended = after(open, part({ ...FORM, state }))
    assert.equal(ended.form, null)
    assert.equal(ended.reply.parts.find(({ id }) => id === FORM.id).state, state)
  }
})

test("the history has the form with what is known already, and says when there is none", () => {
  const known = { ...FORM, values: { name: "Ben" } }
  const shown = after(IDLE, ["page:show", { ...PAGE, form: known }])
  assert.equal(shown.form, known)
  assert.equal(after(shown, ["page:prepend", { messages: [], more: false }]).form, known)
  assert.equal(after(shown, ["news:take", { ...NEWS, form: FORM }]).form, FORM)
  assert.equal(after(shown, ["news:take", NEWS]).form, null)
  assert.equal(after(shown, ["page:show", { isOver: true }]).form, null)
})

test("a message that the shop has worded stands there in its words", () => {
  const entry = { messageId: "f1", at: NOW }
  const message = { id: "m3", seq: 3, text: "Phone: ••• 00" }
  const { messages } = after(IDLE, ["message:accept", { ...ACCEPTED, entry, message }])
  assert.equal(messages.at(-1).text, "Phone: ••• 00")
  assert.equal(messages.at(-1).status, "saved")
})

test("a restart forgets parts and words, a stop keeps both until the history brings them", () => {
  const begun = after(STREAMING, ["turn:part", { at: 0, part: MUG }])
  assert.deepEqual(after(begun, ["turn:restart", {}]).reply, { text: "", parts: [] })

  const stopped = after(begun, ["turn:stopped", {}], ["follow:end", {}])
  assert.equal(stopped.reply, begun.reply)
  assert.equal(after(stopped, ["news:take", NEWS]).reply, null)
})

test("a reload goes on with the words and parts so far", () => {
  const turn = { ...TURN, text: "Look", parts: [MUG], next: 7 }
  const { reply } = after(IDLE, ["page:show", { ...PAGE, turn }])
  assert.deepEqual(reply, { text: "Look", parts: [MUG] })
})

test("the parts of the history are kept with their messages", () => {
  const messages = [{ seq: 3, role: "assistant", text: "Look", parts: [MUG], status: "answered" }]
  assert.deepEqual(after(IDLE, ["news:take", { ...NEWS, messages }]).messages.at(-1).parts, [MUG])
})

test("an acknowledged message keeps its place on the page, wherever a poll has put it", () => {
  assert.equal(STREAMING.messages.at(-1).messageId, "b1")
  assert.deepEqual(STREAMING.pending, [])

  const told = { ...NEWS, messages: [{ seq: 3, text: "hello", status: "saved" }] }
  const polled = after(SENDING, ["news:take", told])
  const { messages } = after(polled, ["message:accept", ACCEPTED])
  assert.equal(messages.length, 3)
  assert.equal(messages.at(-1).messageId, undefined)
})

test("what the shop has taken back goes, and only where all was told", () => {
  const half = { seq: 3, text: "half", status: "partial" }
  const known = after(IDLE, ["news:take", { ...NEWS, messages: [half] }])
  const whole = { ...NEWS, question: { after: 0 }, messages: HISTORY }

  assert.equal(after(known, ["news:take", whole]).messages.length, 2)
  assert.equal(after(known, ["news:take", { ...whole, more: true }]).messages.length, 3)
})

test("behind a closed panel others' new messages are counted, once each", () => {
  const staff = { seq: 3, role: "staff", text: "Mira here", status: "answered" }
  const own = { seq: 4, role: "shopper", text: "from another tab", status: "saved" }
  const news = ["news:take", { ...NEWS, messages: [...HISTORY, staff, own] }]

  assert.equal(after(IDLE, news).unread, 0)
  assert.equal(after(IDLE, ["chat:close"], news, news).unread, 1)
  assert.equal(after(IDLE, ["chat:close"], news, ["chat:open"]).unread, 0)
})

test("a failed turn is shown once, and its retry in another tab is followed afterwards", () => {
  const { failed } = STATES
  assert.deepEqual(failed.failure, { code: "timeout", retry: true, turnId: "t1" })
  const told = { ...NEWS, turn: { ...TURN, status: "failed", next: 9 } }
  const seen = after(failed, ["news:take", told])
  assert.equal(seen.turn, null)

  const retried = ["news:take", { ...NEWS, turn: TURN }]
  assert.equal(after(seen, retried).failure, null)
  assert.equal(after(seen, retried).turn, null)
  assert.equal(after(seen, retried, retried).turn, TURN)
})

test("of a turn that had failed before this page the last event is read, and draws nothing", () => {
  const turn = { ...TURN, status: "failed", next: 9 }
  const shown = after(IDLE, ["page:show", { ...PAGE, turn }])
  const state = after(shown, ["turn:text", { at: 0, text: "half" }])
  assert.equal(state.turn.next, 8)
  assert.equal(state.reply, null)
  assert.equal(after(state, ["follow:end", {}]).failure.code, "interrupted")

  const told = after(state, ["turn:failed", { code: "busy", retry: true }], ["follow:end", {}])
  assert.equal(told.failure.code, "busy")
})

test("a message that lands in a new session begins a new chapter", () => {
  const state = after(SENDING, ["message:accept", { ...ACCEPTED, sessionId: "s2" }])
  assert.equal(state.sessionId, "s2")
  assert.equal(state.chapter, SENDING.chapter + 1)
  assert.ok(state.isOver)
  assert.deepEqual(state.messages.map(({ text }) => text), ["hello"])
})

test("whether a person is awaited and writes comes with a page and with each piece of news", () => {
  const shown = after(OPEN, ASKED, ["page:show", { ...PAGE, waiting: true, typing: true }])
  assert.deepEqual([shown.waiting, shown.typing], [true, true])

  const told = after(shown, ["news:take", { ...NEWS, waiting: true, typing: false }])
  assert.deepEqual([told.waiting, told.typing], [true, false])
  assert.deepEqual([IDLE.waiting, IDLE.typing], [false, false])
})

test("a reply that has called a person says at once that one is awaited", () => {
  const called = { id: "p1", type: "person", state: "away", hours: null }
  assert.equal(after(STREAMING, ["turn:part", { at: 0, part: called }]).waiting, true)

  const offered = { ...called, state: "offered" }
  assert.equal(after(STREAMING, ["turn:part", { at: 0, part: offered }]).waiting, false)
})

test("a rating stands at its message, and news without it leave it there", () => {
  const rated = after(IDLE, ["rating:set", { seq: 2, value: -1 }])
  assert.deepEqual(rated.messages.map(({ rating }) => rating), [undefined, -1])

  const later = after(rated, ["news:take", { ...NEWS, messages: HISTORY }])
  assert.equal(later.messages[1].rating, -1)
})

test("what was reset is asked about until somebody writes or answers", () => {
  const asked = after(IDLE, ["rating:ask", PAGE])
  assert.equal(asked.past, PAGE)

  assert.equal(after(asked, ["message:send", ENTRY]).past, null)
  const ended = after(asked, ["rating:end"])
  assert.deepEqual([ended.past, ended.rated], [null, true])
})

function after(state, ...events) {
  return events.reduce((before, [name, data]) => reduce(before, { name, data }), state)
}
