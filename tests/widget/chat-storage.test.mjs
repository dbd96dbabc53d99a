import assert from "node:assert/strict"
import { test } from "node:test"

import { Consent, StorageFallback } from "../../extensions/chat-widget/assets/chat-storage.js"
import { FluxChatStorage } from "../../extensions/chat-widget/assets/chat-storage.js"
import { FakeBrowser } from "./support/fake-browser.mjs"

const SHOP = "tide.myshopify.com"

const FALLBACKS = [
  { given: { consent: "granted" }, kept: ["localStorage"] },
  { given: { consent: "granted", blocked: ["localStorage"] }, kept: ["cookie"] },
  { given: { consent: "granted", blocked: ["localStorage", "cookie"] }, kept: ["sessionStorage"] },
  { given: { consent: "refused" }, kept: ["sessionStorage"] },
  { given: { consent: "unknown" }, kept: ["sessionStorage"] },
  { given: { consent: "refused", blocked: ["sessionStorage"] }, kept: [] },
  { given: { consent: "granted", blocked: ["localStorage", "cookie", "sessionStorage"] }, kept: [] },
]

for (const { given, kept } of FALLBACKS) {
  test(`a session is kept in ${kept[0] ?? "memory"} with ${JSON.stringify(given)}`, () => {
    const browser = new FakeBrowser(given)
    const storage = storageIn(browser)
    storage.saveSession("abc")

    assert.equal(storage.getSessionId(), "abc")
    assert.deepEqual(browser.placesOf("session-"), kept)
    storage.clearSession()
    assert.equal(storage.getSessionId(), null)
    assert.deepEqual(browser.placesOf("flux"), [])
  })
}

test("the session has the name that the contract gives it", () => {
  const browser = new FakeBrowser()
  storageIn(browser).saveSession("abc")
  assert.equal(browser.localStorage.getItem(`flux-chat/session-${SHOP}`), "abc")
})

test("a cookie stays on this site and on encrypted connections", () => {
  const browser = new FakeBrowser({ blocked: ["localStorage"] })
  storageIn(browser).saveSession("abc")
  assert.deepEqual(browser.lastRules, ["Path=/", "Max-Age=2592000", "SameSite=Lax", "Secure"])
})

test("what people write never becomes a cookie", () => {
  const browser = new FakeBrowser({ blocked: ["localStorage"] })
  const storage = storageIn(browser)
  storage.saveDraft("half a thought")
  storage.saveOutbox([{ messageId: "1", message: "hello" }])

  assert.deepEqual(browser.placesOf("flux"), ["sessionStorage"])
  assert.equal(storage.getDraft(), "half a thought")
})

test("when the visitor agrees, what was kept moves up; when they change their mind, it moves down", async () => {
  const browser = new FakeBrowser({ consent: "undecided" })
  const storage = storageIn(browser)
  await storage.open()
  storage.saveSession("abc")
  storage.saveDraft("half")
  assert.deepEqual(browser.placesOf("flux"), ["sessionStorage"])

  browser.decide("granted")
  assert.deepEqual(browser.placesOf("flux"), ["localStorage"])

  browser.decide("refused")
  assert.deepEqual(browser.placesOf("flux"), ["sessionStorage"])
  assert.equal(storage.getSessionId(), "abc")
  assert.equal(storage.getDraft(), "half")
})

test("a consent that was withdrawn on another page takes the session out of the lasting place", async () => {
  const browser = new FakeBrowser()
  storageIn(browser).saveSession("abc")

  browser.consent = "refused"
  await storageIn(browser).open()

  assert.deepEqual(browser.placesOf("flux"), ["sessionStorage"])
})

test("tabs of one browser share the first id until a session is kept", async () => {
  const browser = new FakeBrowser()
  const [one, other] = [storageIn(browser), storageIn(browser)]
  const [first, second] = await Promise.all([one.openFirstId(), other.openFirstId()])

  assert.equal(first, second)
  assert.match(first, /^[0-9a-f]{32}$/)
  one.saveSession("abc")
  assert.deepEqual(browser.placesOf("first-"), [])
})

test("after a reset the first id is another one", async () => {
  const storage = storageIn(new FakeBrowser())
  const before = await storage.openFirstId()
  storage.clearSession()
  assert.notEqual(await storage.openFirstId(), before)
})

test("a page forgets only the session that it was refused with", async () => {
  const browser = new FakeBrowser()
  const [before, after] = [storageIn(browser), storageIn(browser)]
  before.saveSession("old")
  await after.clearSession("old")
  after.saveSession("new")

  await before.clearSession("old")
  await before.clearSession(null)
  assert.equal(after.getSessionId(), "new")
  await after.clearSession("new")
  assert.equal(before.getSessionId(), null)
})

test("nothing is kept before there is something to keep", async () => {
  const browser = new FakeBrowser()
  const storage = storageIn(browser)
  await storage.open()
  storage.opening = ""
  storage.saveDraft("")

  assert.ok(storage.isEmpty)
  assert.deepEqual(browser.placesOf("flux"), [])
})

test("which transport worked and whether the panel is open end with the tab", () => {
  const browser = new FakeBrowser()
  const storage = storageIn(browser)
  storage.transport = "poll"
  storage.opening = "yes"

  assert.equal(storage.transport, "poll")
  assert.deepEqual(browser.placesOf("flux"), ["sessionStorage"])
})

test("how the next page begins is known until it is forgotten", () => {
  const storage = storageIn(new FakeBrowser())
  assert.equal(storage.opening, "")

  storage.opening = "12 14"
  assert.equal(storage.opening, "12 14")
  storage.opening = ""
  assert.equal(storage.opening, "")
})

test("a new tab begins where a person is awaited, and never with the panel open", () => {
  const browser = new FakeBrowser()
  const storage = storageIn(browser)
  storage.opening = "12 14"
  storage.opening = "yes"
  assert.equal(storage.opening, "yes")

  browser.sessionStorage.removeItem(`flux-chat/open-${SHOP}`)
  assert.equal(storage.opening, "12 14")
  storage.opening = ""
  assert.deepEqual(browser.placesOf("flux"), [])
})

test("with the session it is forgotten that a person is awaited", async () => {
  const browser = new FakeBrowser()
  const storage = storageIn(browser)
  storage.opening = "12"
  await storage.clearSession()
  browser.sessionStorage.removeItem(`flux-chat/open-${SHOP}`)

  assert.equal(storage.opening, "")
})

test("a chat is asked once whether it has helped, and the next one again", () => {
  const storage = storageIn(new FakeBrowser())
  storage.saveSession("abc")
  assert.equal(storage.wasAsked, false)

  storage.wasAsked = true
  storage.saveSession("abc")
  assert.equal(storage.wasAsked, true)
  storage.saveSession("def")
  assert.equal(storage.wasAsked, false)
})

function storageIn(browser) {
  const consent = new Consent(browser)
  return new FluxChatStorage(SHOP, new StorageFallback(consent, browser), consent)
}
