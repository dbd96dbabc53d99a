import assert from "node:assert/strict"
import { mock, test } from "node:test"

import { Consent } from "../../extensions/chat-widget/assets/chat-storage.js"

const STATES = [
  { state: "granted", allows: true, given: true, known: true },
  { state: "refused", allows: false, given: false, known: true },
  { state: "undecided where the law asks for a decision", allows: false, given: false, known: true },
  { state: "undecided where it does not", allows: true, given: true, known: true },
]

for (const { state, allows, given, known } of STATES) {
  test(`consent that is ${state} ${given ? "counts" : "does not count"} as given`, async () => {
    const page = pageWith({ loads: { preferencesProcessingAllowed: () => allows } })
    const consent = new Consent(page)
    await consent.load()
    assert.deepEqual([consent.isGiven, consent.isKnown], [given, known])
  })
}

for (const [state, page] of Object.entries({
  "a page without Shopify": {},
  "a page whose feature does not load": pageWith({ loads: undefined }),
  "an object that has no functions yet": { Shopify: { customerPrivacy: {} } },
})) {
  test(`consent is unknown on ${state}`, async () => {
    const consent = new Consent(page)
    await consent.load()
    assert.deepEqual([consent.isGiven, consent.isKnown], [false, false])
  })
}

test("the decision that an event tells counts until the API is there", async () => {
  const page = pageWith({ loads: undefined })
  const consent = new Consent(page)
  const decisions = []
  consent.whenDecided(() => decisions.push(consent.isGiven))

  decide(page, true)
  decide(page, false)
  page.Shopify.customerPrivacy = { preferencesProcessingAllowed: () => true }
  decide(page, false)
  assert.deepEqual(decisions, [true, false, true])
})

test("an API that answers late is not waited for, but it counts", async () => {
  mock.timers.enable({ apis: ["setTimeout"] })
  const page = pageWith({})
  const consent = new Consent(page)
  let decided = 0
  consent.whenDecided(() => (decided += 1))

  const loading = consent.load()
  mock.timers.tick(2_000)
  await loading
  assert.equal(decided, 0)
  page.answer({ preferencesProcessingAllowed: () => true })
  assert.deepEqual([decided, consent.isGiven], [1, true])
  mock.timers.reset()
})

test("whoever has left is not told any more", () => {
  const page = pageWith({})
  const leaving = new AbortController()
  new Consent(page).whenDecided(() => assert.fail("told"), leaving.signal)
  leaving.abort()
  decide(page, true)
})

/** A page whose API comes at once when it `loads` as something, else when `answer` is called. */
function pageWith(given) {
  const page = { document: new EventTarget(), Shopify: {} }
  page.Shopify.loadFeatures = (features, done) => {
    page.answer = (privacy) => {
      page.Shopify.customerPrivacy = privacy
      done()
    }
    if ("loads" in given) page.answer(given.loads)
  }
  return page
}

function decide(page, preferencesAllowed) {
  const detail = { preferencesAllowed, analyticsAllowed: true }
  const event = new CustomEvent("visitorConsentCollected", { detail })
  page.document.dispatchEvent(event)
}
