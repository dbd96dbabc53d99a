import assert from "node:assert/strict"
import { afterEach, mock, test } from "node:test"

import { ChatClient } from "../../extensions/chat-widget/assets/chat-client.js"
import { Conversation } from "../../extensions/chat-widget/assets/chat-conversation.js"
import { Consent, StorageFallback } from "../../extensions/chat-widget/assets/chat-storage.js"
import { FluxChatStorage, Outbox } from "../../extensions/chat-widget/assets/chat-storage.js"
import { Connection, Unreachable } from "../../extensions/chat-widget/assets/chat-transport.js"
import { FakeBrowser } from "./support/fake-browser.mjs"
import { FakeNetwork, html, json, settled } from "./support/fake-fetch.mjs"
import { FakeShop } from "./support/fake-shop.mjs"
import { RecordedTranscript } from "./support/recorder.mjs"

const ABOUT = { page: { url: "https://shop.example/", title: "Home" }, locale: "en" }
const FORM = { id: "f1", type: "form", run: "r1", revision: 1, state: "open", values: {} }
const ANSWER = { messageId: "f1", run: "r1", revision: 1, action: "answer", values: { phone: "1" } }
const tabs = []

mock.timers.enable({ apis: ["setTimeout"] })
afterEach(() => tabs.splice(0).forEach(({ conversation }) => conversation.leave()))

test("opening an empty conversation asks nothing of the shop", async () => {
  const { shop } = await openTab()
  assert.deepEqual(shop.calls, [])
})

test("Ben's first message makes a session, and the reply grows before it is finished", async () => {
  const { shop, conversation, transcript, storage } = await openTab()
  conversation.send("hello", ABOUT)
  await settled()
  assert.deepEqual(transcript.lines, ["hello (saved)"])
  assert.equal(transcript.streaming, "")
  assert.match(storage.getSessionId(), /^session of [0-9a-f]{32}$/)

  shop.happen({ id: 1, name: "text", data: { at: 0, text: "Wel" } })
  await settled()
  assert.equal(transcript.streaming, "Wel")
  shop.answer("Welcome")
  await settled()
  assert.deepEqual(transcript.lines, ["hello (answered)", "Welcome (answered)"])
  assert.equal(transcript.streaming, null)
})

test("text is written at its offset, so repeats are harmless", async () => {
  const { shop, conversation, transcript } = await openTab()
  conversation.send("hello", ABOUT)
  await settled()
  for (const [at, text] of [[0, "Wel"], [0, "Welc"], [4, "ome"], [3, "com"]])
    shop.happen({ id: shop.events.length + 1, name: "text", data: { at, text } })
  await settled()
  assert.equal(transcript.streaming, "Welcome")

  shop.happen({ id: 5, name: "restart", data: { attempt: 2 } })
  shop.happen({ id: 6, name: "of-tomorrow", data: {} })
  await settled()
  assert.equal(transcript.streaming, "")
})

test("a lost answer is asked for again with the same ids, and nothing is doubled", async () => {
  const { shop, conversation, transcript, connection } = await openTab()
  shop.willFail("lost", "offline")
  conversation.send("hello", ABOUT)
  await settled()
  assert.deepEqual(transcript.lines, ["hello (sending)"])
  assert.equal(connection.trouble, "offline")

  await later(5_000)
  const sends = shop.calls.filter(({ name }) => name === "send")
  assert.equal(sends.length, 3)
  assert.equal(new Set(sends.map(({ messageId, firstId }) => messageId + firstId)).size, 1)
  assert.deepEqual(transcript.lines, ["hello (saved)"])
  assert.equal(connection.trouble, null)
})

test("what was not acknowledged is sent by the next page", async () => {
  const browser = new FakeBrowser()
  const before = await openTab({ browser })
  before.shop.willFail("lost", "offline", "offline", "offline", "offline")
  before.conversation.send("hello", ABOUT)
  await settled()
  before.conversation.leave()

  before.shop.willFail()

  const after = await openTab({ browser, shop: before.shop })
  assert.deepEqual(after.transcript.lines, ["hello (saved)"])
  assert.equal(before.shop.sessions.size, 1)
})

test("two tabs that begin at once meet in one session", async () => {
  const browser = new FakeBrowser()
  const one = await openTab({ browser })
  const other = await openTab({ browser, shop: one.shop })
  one.conversation.send("from one", ABOUT)
  other.conversation.send("from the other", ABOUT)
  await settled()

  assert.equal(one.shop.sessions.size, 1)
  one.shop.answer("Welcome, both")
  await later(600)
  assert.equal(one.transcript.lines.length, 3)
  assert.deepEqual(one.transcript.lines, other.transcript.lines)
})

test("two tabs that come back after an expiry meet in one session", async () => {
  const browser = new FakeBrowser()
  const { shop, ...one } = await withReply({ browser })
  const other = await openTab({ browser, shop })
  for (const { conversation } of [one, other]) conversation.close()
  await settled()
  for (const session of shop.sessions.values()) session.isClosed = true

  one.conversation.send("from one", ABOUT)
  other.conversation.send("from the other", ABOUT)
  await settled()

  assert.equal(shop.sessions.size, 2)
  assert.equal([...shop.sessions.values()].at(-1).messages.length, 2)
})

test("messages from elsewhere arrive while the panel is open, and nothing is asked while it is closed", async () => {
  const { shop, conversation, transcript } = await withReply()
  shop.say("staff", "Mira here")
  await settled()
  assert.equal(transcript.lines.at(-1), "Mira here (answered)")

  conversation.close()
  await settled()
  const asked = shop.calls.length
  await later(60_000)
  assert.equal(shop.calls.length, asked)
})

test("when a person takes over, the words so far stay and nothing has failed", async () => {
  const { shop, conversation, transcript } = await openTab()
  conversation.send("hello", ABOUT)
  await settled()
  shop.happen({ id: 1, name: "text", data: { at: 0, text: "Wel" } })
  shop.takeOver("Wel")
  await settled()

  assert.deepEqual(transcript.lines, ["hello (saved)", "Wel (partial)"])
  assert.equal(transcript.mode, "staff")
  assert.equal(transcript.failure, null)
  assert.equal(transcript.streaming, null)
})

test("nobody is typing any more when a person takes over before the first word", async () => {
  const { shop, conversation, transcript } = await openTab()
  conversation.send("hello", ABOUT)
  await settled()
  conversation.close()
  shop.takeOver("")
  await settled()
  assert.equal(transcript.streaming, null)
})

test("a conversation that the shop has ended can be read, and is not asked for news any more", async () => {
  const { shop, conversation, transcript } = await withReply()
  shop.end()
  await settled()
  assert.equal(transcript.mode, "closed")
  assert.equal(transcript.lines.length, 2)

  const asked = shop.calls.length
  await later(60_000)
  assert.equal(shop.calls.length, asked)
  conversation.send("one more thing", ABOUT)
  await settled()
  assert.equal(transcript.lines.at(-1), "one more thing (saved)")
})

test("an earlier conversation takes the place of this one", async () => {
  const { shop, storage, transcript } = await withReply()
  const said = [{ seq: 1, role: "shopper", text: "long ago", status: "answered" }]
  shop.sessions.set("earlier", { messages: said, ids: new Map(), turn: null })

  storage.changeSession("earlier")
  await settled()
  assert.deepEqual(transcript.lines, ["long ago (answered)"])
  assert.equal(storage.getSessionId(), "earlier")
})

test("a reply goes on while the panel is closed", async () => {
  const { shop, conversation, transcript } = await openTab()
  conversation.send("hello", ABOUT)
  await settled()
  conversation.close()
  shop.answer("Welcome")
  await settled()

  assert.equal(transcript.lines.at(-1), "Welcome (answered)")
  assert.equal(conversation.state.unread, 1)
})

test("a reload finds the conversation, and a reply that is being written goes on", async () => {
  const browser = new FakeBrowser()
  const before = await openTab({ browser })
  before.conversation.send("hello", ABOUT)
  await settled()
  before.conversation.leave()
  Object.assign([...before.shop.sessions.values()][0].turn, { text: "Wel", next: 3 })

  const after = await openTab({ browser, shop: before.shop })
  assert.deepEqual(after.transcript.lines, ["hello (saved)"])
  assert.equal(after.transcript.streaming, "Wel")
})

test("a failed turn says why and can be tried again, which takes the half reply away", async () => {
  const { shop, conversation, transcript } = await openTab()
  conversation.send("hello", ABOUT)
  await settled()
  shop.fail("timeout", "Wel")
  await settled()
  assert.equal(transcript.failure.code, "timeout")
  assert.deepEqual(transcript.lines, ["hello (failed)", "Wel (partial)"])

  conversation.retry()
  await settled()
  assert.equal(transcript.failure, null)
  assert.equal(transcript.streaming, "")
  assert.equal(transcript.lines.length, 1)
})

test("a retry that is refused says why, and messages from elsewhere go on arriving", async () => {
  const { shop, conversation, transcript } = await openTab()
  conversation.send("hello", ABOUT)
  await settled()
  shop.fail("timeout")
  await settled()
  shop.willFail({ code: "budget_reached", retry: false })
  conversation.retry()
  await settled()
  assert.equal(transcript.failure.code, "budget_reached")

  shop.say("staff", "Mira here")
  await later(1_000)
  assert.equal(transcript.lines.at(-1), "Mira here (answered)")
})

test("a reload shows a failed turn again", async () => {
  const browser = new FakeBrowser()
  const before = await openTab({ browser })
  before.conversation.send("hello", ABOUT)
  await settled()
  before.shop.fail("busy")
  await settled()
  before.conversation.leave()

  const after = await openTab({ browser, shop: before.shop })
  assert.equal(after.transcript.failure.code, "busy")
})

test("an expired conversation gives way to a new one", async () => {
  const { shop, conversation, transcript, storage } = await withReply()
  conversation.close()
  const expired = storage.getSessionId()
  shop.close(expired)
  await settled()

  conversation.send("are you there?", ABOUT)
  await settled()
  assert.ok(transcript.isOver)
  assert.deepEqual(transcript.lines, ["are you there? (saved)"])
  assert.notEqual(storage.getSessionId(), expired)
})

test("a reset in another tab empties this one", async () => {
  const { shop, transcript, storage } = await withReply()
  shop.close(storage.getSessionId())
  await settled()

  assert.deepEqual(transcript.lines, [])
  assert.equal(storage.getSessionId(), null)
})

test("a reset first forgets what was not sent, then tells the shop, then forgets the session", async () => {
  const { shop, conversation, transcript, storage } = await withReply()
  shop.willFail("offline", "offline", "offline")
  conversation.send("never mind", ABOUT)
  await settled()
  shop.willFail()

  await conversation.reset(true)
  await later(60_000)
  assert.deepEqual(resetsOf(shop).map(({ erase }) => erase), [true])
  assert.deepEqual(transcript.lines, [])
  assert.ok(storage.isEmpty)
  assert.equal(shop.calls.filter(({ message }) => message === "never mind").length, 1)
})

test("a reset that does not get through changes nothing", async () => {
  const { shop, conversation, transcript, storage } = await withReply()
  shop.willFail("offline")

  await assert.rejects(conversation.reset(false))
  await settled()
  assert.equal(transcript.lines.length, 2)
  assert.ok(storage.getSessionId())
})

test("words that are at fault themselves go back to their writer", async () => {
  const { shop, conversation, transcript } = await openTab()
  let returned
  conversation.addEventListener("message:return", ({ detail }) => (returned = detail))
  shop.willFail({ code: "too_long", retry: false })
  conversation.send("much too long", ABOUT)
  await settled()

  assert.equal(returned, "much too long")
  assert.deepEqual(transcript.lines, [])
  assert.equal(transcript.failure.code, "too_long")
})

test("a message that was refused for another reason can be sent again, as a new one", async () => {
  const { shop, conversation, transcript } = await openTab()
  shop.willFail({ code: "not_found", retry: false })
  conversation.send("hello", ABOUT)
  await settled()
  assert.deepEqual(transcript.lines, ["hello (unsent)"])

  conversation.retry()
  await settled()
  assert.deepEqual(transcript.lines, ["hello (saved)"])
  const [first, second] = shop.calls.filter(({ name }) => name === "send")
  assert.notEqual(first.messageId, second.messageId)
})

test("somebody who is too quick waits, and is not counted as offline", async () => {
  const { shop, conversation, transcript, connection } = await openTab()
  shop.willFail({ code: "rate_limited", retry: true })
  conversation.send("hello", ABOUT)
  await settled()
  assert.equal(connection.trouble, "rate_limited")
  await later(1_000)
  assert.equal(connection.trouble, null)
  assert.deepEqual(transcript.lines, ["hello (saved)"])
})

test("a page that comes back after a reset and a new beginning shows the new chat, and keeps it", async () => {
  const { page, ...sleeping } = await asleep()
  const later = await openTab(page)
  await later.conversation.reset(false)
  later.conversation.send("anew", ABOUT)
  await settled()
  const kept = later.storage.getSessionId()
  later.conversation.leave()

  await sleeping.wakes()
  assert.deepEqual(sleeping.transcript.lines, ["anew (saved)"])
  assert.equal(later.storage.getSessionId(), kept)
})

test("a page that comes back after a reset shows an empty chat, and sends nothing that was forgotten", async () => {
  const { page, ...sleeping } = await asleep("never mind")
  const later = await openTab(page)
  await later.conversation.reset(true)
  later.conversation.leave()
  const sent = sleeping.shop.calls.filter(({ name }) => name === "send").length

  await sleeping.wakes()
  assert.deepEqual(sleeping.transcript.lines, [])
  assert.equal(sleeping.shop.calls.filter(({ name }) => name === "send").length, sent)
})

test("a refusal that arrives late forgets no newer session", async () => {
  const { shop, storage, transcript } = await withReply()
  const old = storage.getSessionId()
  shop.sessions.set("newer", newSession("anew"))
  storage.saveSession("newer")

  shop.close(old)
  await settled()
  assert.equal(storage.getSessionId(), "newer")
  assert.deepEqual(transcript.lines, ["anew (saved)"])
})

for (const newer of ["newer session", null])
  test(`an answer that comes late leaves another page's ${newer ?? "reset"} alone`, async () => {
    const { shop, conversation, storage, transcript } = await withReply()
    const answerLate = holdAnswers(shop)
    conversation.send("from before", ABOUT)
    await settled()

    shop.sessions.set(newer, newSession("anew"))
    if (newer) storage.saveSession(newer)
    else storage.clearSession()
    answerLate()
    await settled()

    assert.equal(storage.getSessionId(), newer)
    assert.deepEqual(transcript.lines, newer ? ["anew (saved)"] : [])
    assert.deepEqual(storage.getOutbox(), [])
  })

test("a reset forgets the session that is shown, and never one that another page has begun", async () => {
  const { shop, conversation, storage } = await withReply()
  const shown = storage.getSessionId()
  shop.sessions.set("newer", { messages: [], ids: new Map(), turn: null })
  storage.saveSession("newer")

  await conversation.reset(true)
  await settled()
  assert.deepEqual(resetsOf(shop).map(({ sessionId }) => sessionId), [shown])
  assert.equal(storage.getSessionId(), "newer")
})

test("where pages come instead of answers, the words go back after the second and nothing more is asked", async () => {
  const tab = await openTab({ road: () => html() })
  tab.conversation.send("hello", ABOUT)
  await later(120_000)

  assert.deepEqual(tab.returned, ["hello"])
  assert.deepEqual(tab.transcript.lines, [])
  assert.equal(tab.transcript.failure.code, "unavailable")
  assert.equal(tab.transcript.failure.retry, false)
  assert.equal(tab.connection.trouble, null)
  assert.equal(tab.network.calls.length, 2)
  assert.deepEqual(tab.storage.getOutbox(), [])
})

test("every message that waits comes back, in its order", async () => {
  const tab = await openTab({ road: () => html() })
  tab.conversation.send("first", ABOUT)
  tab.conversation.send("second", ABOUT)
  await later(60_000)

  assert.deepEqual(tab.returned, ["first", "second"])
  assert.equal(tab.network.calls.length, 2)
})

test("one page between answers is a stumble on the way", async () => {
  let asked = 0
  const turn = { id: "t1", status: "handed_over" }
  const sent = { sessionId: "abc", message: { id: "m1", seq: 1 }, turn }
  const said = { id: "m1", seq: 1, role: "shopper", text: "hello", status: "saved" }
  const read = { messages: [said], turn: null, mode: "staff", more: false }
  const isStumble = () => (asked += 1) % 2 === 1
  const answerTo = ({ url }) => json(url.endsWith("/chat") ? sent : read)
  const tab = await openTab({ road: (call) => (isStumble() ? html() : answerTo(call)) })
  tab.conversation.send("hello", ABOUT)
  await later(30_000)

  assert.deepEqual(tab.transcript.lines, ["hello (saved)"])
  assert.equal(tab.transcript.failure, null)
  assert.ok(tab.network.calls.length > 4)
})

test("an open chat whose shop gets a password falls silent, and asks again when somebody does", async () => {
  let road = () => json({ messages: [], turn: null, mode: "assistant", more: false })
  const browser = new FakeBrowser()
  browser.localStorage.setItem("flux-chat/session-tide.myshopify.com", "abc")
  const tab = await openTab({ browser, road: (call) => road(call) })
  road = () => html()
  await later(60_000)
  assert.equal(tab.transcript.failure.code, "unavailable")
  const asked = tab.network.calls.length
  await later(300_000)
  assert.equal(tab.network.calls.length, asked)

  tab.connection.hope()
  tab.conversation.send("hello", ABOUT)
  await later(60_000)
  assert.equal(tab.network.calls.length, asked + 2)
  assert.deepEqual(tab.returned, ["hello"])
})

/** A page with a chat behind the back button; `wakes` brings it back. */
async function asleep(unsent) {
  const browser = new FakeBrowser()
  const window = new EventTarget()
  globalThis.addEventListener = window.addEventListener.bind(window)
  const sleeping = await openTab({ browser })
  await sleeping.storage.open()
  delete globalThis.addEventListener
  sleeping.conversation.send("hello", ABOUT)
  await settled()
  sleeping.shop.answer("Welcome")
  await settled()
  if (unsent) {
    sleeping.shop.willFail(...Array(9).fill("offline"))
    sleeping.conversation.send(unsent, ABOUT)
    await settled()
    sleeping.shop.willFail()
  }
  const wakes = async () => {
    window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }))
    await later(60_000)
  }
  return { ...sleeping, wakes, page: { browser, shop: sleeping.shop } }
}

test("a person is asked for in the name of the session, and comes with the news", async () => {
  const { shop, conversation } = await withReply()
  conversation.askForPerson()
  await settled()

  const { name, sessionId } = shop.calls.find((call) => call.name === "person")
  assert.deepEqual([name, sessionId], ["person", conversation.state.sessionId])
  shop.takeOver()
  shop.say("staff", "Here I am")
  await later(1_000)
  assert.equal(conversation.state.mode, "staff")
})

test("a person who cannot be asked for now is asked for again, and a refusal is told", async () => {
  const { shop, conversation, transcript } = await withReply()
  const asked = () => shop.calls.filter((call) => call.name === "person").length
  shop.willFail("offline")
  conversation.askForPerson()
  await settled()
  assert.equal(asked(), 1)
  await later(2_000)
  assert.equal(asked(), 2)

  shop.willFail({ code: "rate_limited", retry: false })
  conversation.askForPerson()
  await settled()
  assert.equal(transcript.failure.code, "rate_limited")
})

test("an answer to a form stands there in the shop's words, and its turn is followed", async () => {
  const { shop, conversation, transcript } = await withReply()
  shop.nextForm = { ...FORM, revision: 2 }
  await conversation.answerForm({ ...ANSWER, page: ABOUT.page })
  await settled()

  assert.equal(transcript.lines.at(-1), "Phone: ••• 00 (saved)")
  const { sessionId, messageId, values, page } = shop.calls.find(({ name }) => name === "form")
  assert.equal(sessionId, conversation.state.sessionId)
  assert.deepEqual([messageId, values, page], ["f1", ANSWER.values, ABOUT.page])

  const part = { ...FORM, revision: 2, values: {} }
  shop.happen({ id: 7, name: "part", data: { at: 0, part } })
  await settled()
  assert.equal(conversation.state.form.revision, 2)
  shop.answer("And where?")
  await later(600)
  assert.equal(conversation.state.form.revision, 2)
  assert.equal(transcript.lines.at(-1), "And where? (answered)")
})

test("an answer that nobody has heard is told to whoever gave it, and comes again with its id", async () => {
  const { shop, conversation, transcript } = await withReply()
  const said = transcript.lines.length
  shop.willFail("lost")
  await assert.rejects(conversation.answerForm(ANSWER), Unreachable)
  await conversation.answerForm(ANSWER)
  await settled()

  assert.equal(transcript.lines.length, said + 1)
  assert.equal(transcript.failure, null)
})

test("an answer that came too late asks for the form as it is now", async () => {
  const { shop, conversation } = await withReply()
  shop.ask({ ...FORM, revision: 5 })
  shop.willFail({ code: "invalid", retry: false, status: 409 })
  const asked = () => shop.calls.filter(({ name }) => name === "history").length
  const before = asked()

  await assert.rejects(conversation.answerForm(ANSWER), { status: 409 })
  await settled()
  assert.ok(asked() > before)
  assert.equal(conversation.state.form.revision, 5)
})

test("while an answer is on its way no news come, and a reset forgets both", async () => {
  const { shop, conversation, transcript } = await withReply()
  const release = holdAnswers(shop, "form")
  const answered = conversation.answerForm(ANSWER)
  await settled()
  assert.equal(conversation.state.phase, "sending")

  await conversation.reset(false)
  release()
  await assert.rejects(answered)
  await settled()
  assert.deepEqual(transcript.lines, [])
  assert.equal(conversation.state.form, null)
})

function newSession(text) {
  return { messages: [{ seq: 1, text, status: "saved" }], ids: new Map(), turn: null }
}

function resetsOf(shop) {
  return shop.calls.filter(({ name }) => name === "reset")
}

/** What the shop answers to a message gets through when the returned function is called. */
function holdAnswers(shop, name = "send") {
  const send = shop[name].bind(shop)
  const { promise, resolve } = Promise.withResolvers()
  shop[name] = async (...asked) => {
    const answer = await send(...asked)
    await promise
    return answer
  }
  return resolve
}

/** `road` answers as the network does; without one there is the fake shop. */
async function openTab({ browser = new FakeBrowser(), road, shop = new FakeShop() } = {}) {
  const consent = new Consent(browser)
  const fallback = new StorageFallback(consent, browser)
  const storage = new FluxChatStorage("tide.myshopify.com", fallback, consent)
  const connection = new Connection()
  const network = road && new FakeNetwork({ "": road })
  const client = road ? new ChatClient("/apps/flux-chat", connection, storage) : shop
  const outbox = new Outbox({ storage, client, connection })
  const conversation = new Conversation({ client, connection, storage, outbox })
  const transcript = new RecordedTranscript(conversation)
  const returned = []
  conversation.addEventListener("message:return", ({ detail }) => returned.push(detail))
  const tab = { browser, shop, network, storage, connection, transcript, conversation, returned }
  tabs.push(tab)
  conversation.open()
  await settled()
  return tab
}

async function withReply(how) {
  const tab = await openTab(how)
  tab.conversation.send("hello", ABOUT)
  await settled()
  tab.shop.answer("Welcome")
  await settled()
  return tab
}

async function later(milliseconds) {
  for (let passed = 0; passed < milliseconds; passed += 500) {
    mock.timers.tick(500)
    await settled()
  }
}
