import assert from "node:assert/strict"
import { test } from "node:test"

import { OwnLinks } from "../../extensions/chat-widget/assets/chat-links.js"
import { parsePlain } from "../../extensions/chat-widget/assets/chat-markdown.js"
import { MessageText } from "../../extensions/chat-widget/assets/chat-messages.js"
import { parseMarkdown } from "./support/markdown-outline.mjs"
import { SHAPES, isLinear, nastyText } from "./support/nasty-texts.mjs"
import { useTinyDom } from "./support/tiny-dom.mjs"

// The longest reply that there is.
const LENGTH = 64_000
const DEEPEST = 20

for (const shape of SHAPES) {
  test(`four times the text takes four times the time: ${shape.name}`, () => {
    const textOf = (length) => nastyText(shape, length)

    assert.ok(isLinear((text) => parseMarkdown(text), textOf), "as a whole")
    assert.ok(isLinear((text) => parseMarkdown(text, true), textOf), "while it grows")
    assert.ok(isLinear(parsePlain, textOf), "as plain words")
  })

  test(`what is drawn is nowhere deep: ${shape.name}`, () => {
    const { place, words } = page()
    words.draw(nastyText(shape, LENGTH))
    assert.ok(depthOf(place) < DEEPEST)
  })
}

test("a reply of four times the length is drawn piece by piece in four times the time", () => {
  const piece = "One **bold** word, and [a bowl](/bowl).\n\n- one\n- two\n\n"
  const textOf = (length) => piece.repeat(length / 50)
  assert.ok(isLinear(drawnByPieces, textOf))
})

test("what was drawn piece by piece is what is drawn at once", () => {
  for (const shape of SHAPES) {
    const text = `Before\n\n${nastyText(shape, 400)}\n\n# After\n\n- end\n- of it`
    const { place, words } = page()
    words.draw(text)
    assert.equal(drawnByPieces(text).textContent, place.textContent, shape.name)
  }
})

function drawnByPieces(text) {
  const { place, words } = page()
  for (let length = 7; length < text.length; length += 7) words.draw(text.slice(0, length), true)
  words.draw(text)
  return place
}

function page() {
  const place = useTinyDom().createElement("div")
  return { place, words: new MessageText(place, new OwnLinks("https://shop.example/cart", [])) }
}

function depthOf(element) {
  return 1 + element.children.reduce((deepest, child) => Math.max(deepest, depthOf(child)), 0)
}
