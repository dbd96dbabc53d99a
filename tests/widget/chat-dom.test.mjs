import assert from "node:assert/strict"
import { test } from "node:test"

import { calendarFor, clockFor, localeOf } from "../../extensions/chat-widget/assets/chat-dom.js"

const LONG_AGO = "2020-02-03T12:34:00Z"

test("today's messages show the time, others the day as well", () => {
  const clock = clockFor("de")
  assert.match(clock(new Date().toISOString()), /^\d{2}:\d{2}$/)
  assert.match(clock(LONG_AGO), /03\.02\.2020/)
})

test("times are written as the storefront's language writes them", () => {
  assert.match(clockFor("ja")(LONG_AGO), /2020\/02\/03/)
  assert.match(calendarFor("fr")(LONG_AGO), /3 février 2020/)
})

test("a language that the browser does not know costs nobody the chat", () => {
  for (const locale of ["not a language", "", null, undefined]) {
    assert.match(clockFor(locale)(LONG_AGO), /2020/)
  }
})

const KNOWN = [["de", "de"], ["zh_CN", "zh-CN"], ["pt-br", "pt-BR"], ["", undefined], [null, undefined]]
for (const [said, known] of KNOWN)
  test(`the language of a page that says ${said} is ${known}`, () => {
    assert.equal(localeOf(hostWith(said)), known)
  })

const UNKNOWN = ["en-", "x", "xx-invalid-subtag-too-long", "e\u0000n", "\ud83d", "not a language"]
for (const said of UNKNOWN)
  test(`a page that says ${JSON.stringify(said)} has the browser's own language`, () => {
    assert.equal(localeOf(hostWith(said)), undefined)
    const own = new Intl.NumberFormat()
    assert.equal(new Intl.NumberFormat(localeOf(hostWith(said))).format(1), own.format(1))
  })

function hostWith(locale) {
  return { getAttribute: () => locale }
}
