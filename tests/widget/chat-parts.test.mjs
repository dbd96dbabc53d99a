import assert from "node:assert/strict"
import { test } from "node:test"

import { drawParts } from "../../extensions/chat-widget/assets/chat-parts.js"
import { useTinyDom } from "./support/tiny-dom.mjs"

const MUG = { id: "p1", type: "products", title: "Mug" }
const MAP = { id: "p2", type: "of-tomorrow" }

test("each part is drawn by the renderer of its type, and unknown types are skipped", () => {
  const { place, draw, words } = page()
  draw([MUG, MAP])

  assert.deepEqual(words(), ["Mug"])
  assert.equal(place.hidden, false)
})

test("a part that is replaced is drawn anew, in its place", () => {
  const { draw, words } = page()
  draw([MUG])
  draw([{ ...MUG, title: "Bowl" }])

  assert.deepEqual(words(), ["Bowl"])
})

test("a part that comes again as it was, from the history or elsewhere in the words, is left alone", () => {
  const { place, draw } = page()
  draw([{ ...MUG, at: 0 }])
  const [before] = place.children
  draw([{ ...MUG, at: 12 }, { ...MUG, id: "p3" }])

  assert.equal(place.children[0], before)
  assert.equal(place.children.length, 2)
})

test("what the growing reply has shown goes along to its message", () => {
  const reply = page()
  const parts = [{ ...MUG }]
  reply.draw(parts)
  const [shown] = reply.place.children
  reply.draw(undefined)
  const message = page()
  message.draw(parts)

  assert.equal(message.place.children[0], shown)
  assert.equal(reply.place.hidden, true)
})

test("a part that cannot be drawn costs nothing but itself", () => {
  const { draw, words } = page()
  draw([{ id: "p4", type: "broken" }, MUG])

  assert.deepEqual(words(), ["Mug"])
})

for (const parts of [undefined, [], [MAP], [{ id: "p3", type: "toString" }, { id: "p4" }]])
  test(`nothing is drawn of ${JSON.stringify(parts)}`, () => {
    const { place, draw } = page()
    draw(parts)

    assert.equal(place.children.length, 0)
    assert.equal(place.hidden, true)
  })

function page() {
  const place = useTinyDom().createElement("div")
  const renderers = { products, broken }
  return {
    place,
    draw: (parts) => drawParts(place, parts, {}, renderers),
    words: () => place.children.map(({ textContent }) => textContent),
  }
}

function products({ title }) {
  const item = document.createElement("p")
  item.append(title)
  return item
}

function broken() {
  throw new TypeError("It has no items.")
}
