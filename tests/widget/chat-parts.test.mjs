import assert from "node:assert/strict"
import { test } from "node:test"

import { drawParts } from "../../extensions/chat-widget/assets/chat-parts.js"
import { useTinyDom } from "./support/tiny-dom.mjs"

const MUG = { id: "p1", type: "products", title: "Mug" }
const MAP = { id: "p2", type: "of-tomorrow" }

test("each part is drawn by the renderer of its type, and unknown types are skipped", () => {
  const place = useTinyDom().createElement("div")
  drawParts(place, [MUG, MAP], { products })

  assert.deepEqual(place.children.map(({ textContent }) => textContent), ["Mug"])
  assert.equal(place.hidden, false)
})

test("a part that is replaced is drawn anew, in its place", () => {
  const place = useTinyDom().createElement("div")
  drawParts(place, [MUG], { products })
  drawParts(place, [{ ...MUG, title: "Bowl" }], { products })

  assert.deepEqual(place.children.map(({ textContent }) => textContent), ["Bowl"])
})

for (const parts of [undefined, [], [MAP], [{ id: "p3", type: "toString" }, { id: "p4" }]])
  test(`nothing is drawn of ${JSON.stringify(parts)}`, () => {
    const place = useTinyDom().createElement("div")
    drawParts(place, parts)

    assert.equal(place.children.length, 0)
    assert.equal(place.hidden, true)
  })

function products({ title }) {
  const item = document.createElement("p")
  item.append(title)
  return item
}
