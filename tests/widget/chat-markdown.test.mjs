import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"

import { parsePlain } from "../../extensions/chat-widget/assets/chat-markdown.js"
import { outline as drawn, parseMarkdown } from "./support/markdown-outline.mjs"

const CASES = JSON.parse(readFileSync(new URL("../support/markdown_cases.json", import.meta.url)))

const REPLY = `These **three things** go well together, *I think*:

1. The [harbour mug](/products/harbour-mug), from \`€18\`
2. A __candle__
   - small
   - **large**

Use 5 * 3 and snake_case as you like.

| Size | Price |
|---|---|
| S | **€12** |

> Made by hand.

\`\`\`
care: by hand
\`\`\`
More on our [page](/pages/care).`

for (const { case: name, source, tree } of CASES) {
  test(`shoppers see what staff see: ${name}`, () => {
    assert.equal(drawn(parseMarkdown(source)), tree)
  })

  test(`whatever has come of it can be read: ${name}`, () => {
    for (let length = 1; length < source.length; length += 1) {
      drawn(parseMarkdown(source.slice(0, length), true))
    }
  })
}

test("staff write no marks, and every address in their words is a link", () => {
  assert.equal(
    drawn(parsePlain("**Hi** [a](https://e.x/a)\n詳細はhttps://shop.example/b。 &amp; http://e.x/_c_")),
    '**Hi** [a](<a href="https://e.x/a">https://e.x/a</a>)\n詳細は' +
      '<a href="https://shop.example/b">https://shop.example/b</a>。 &amp;amp; <a href="http://e.x/_c">http://e.x/_c</a>_',
  )
})

test("paragraphs keep their line breaks", () => {
  assert.equal(outline("one\ntwo\n\nthree"), "p(one|two) p(three)")
})

test("emphasis nests, and only pairs of marks are emphasis", () => {
  assert.equal(outline("**bold *and italic*** _too_"), "p(strong(bold em(and italic)) em(too))")
  const text = "5 * 3 * 2, snake_case_name, 2**3, *open"
  assert.equal(outline(text), `p(${text})`)
  assert.equal(outline("***both***"), "p(strong(em(both)))")
})

test("code is taken as it is", () => {
  assert.equal(outline("`**a** <b>`"), "p(code(**a** <b>))")
  assert.equal(outline("```js\n**a**\n\n# b\n```\nafter"), "pre(**a**|↵|# b) p(after)".replaceAll("|↵|", "\n\n"))
})

test("lists nest, keep their numbers and carry paragraphs", () => {
  assert.equal(
    outline("3. one\n   - a\n   - b\n4. two\n\n   more\n5. three"),
    "ol3[p(one) ul[p(a)][p(b)]][p(two) p(more)][p(three)]",
  )
  assert.equal(outline("Look:\n- one\n* two\n\ndone"), "p(Look:) ul[p(one)][p(two)] p(done)")
})

test("tables and quotes are simple", () => {
  assert.equal(outline("| a | b |\n|---|:-:|\n| 1 | **2** |"), "table(a;b / 1;strong(2))")
  assert.equal(outline("> one\n> two"), "quote[p(one|two)]")
})

test("links have a label and an address; images are only their description", () => {
  assert.equal(outline('[Bowl](/bowl "title") ![alt](https://x.example/y.png)'), "p(a:/bowl(Bowl) alt)")
  assert.equal(outline("see https://x.example/a."), "p(see a:https://x.example/a(https://x.example/a).)")
  assert.equal(outline("[https://a.example](/b)"), "p(a:/b(https://a.example))")
})

test("markup is text", () => {
  const text = "<script>alert(1)</script> <b>x</b>"
  assert.equal(outline(text), `p(${text})`)
})

test("control characters and reversals of the reading direction are left out", () => {
  assert.equal(outline("a\u0000b\u202ec\u001b[31md"), "p(abc[31md)")
})

test("at no moment of its growth does a reply show a mark that it will not show in the end", () => {
  const shownMarks = textOf(parseMarkdown(REPLY)).match(/[*_`|[\]#>]/g)

  for (let length = 1; length <= REPLY.length; length += 1) {
    const marks = textOf(parseMarkdown(REPLY.slice(0, length), true)).match(/[*_`|[\]#>]/g) ?? []
    const after = `after ${JSON.stringify(REPLY.slice(0, length))}`
    assert.deepEqual(marks, shownMarks.slice(0, marks.length), after)
  }
})

test("words that have been shown stay, however the reply is cut", () => {
  let shown = ""
  for (let length = 1; length <= REPLY.length; length += 1) {
    const text = wordsOf(REPLY.slice(0, length), true)
    assert.ok(text.startsWith(shown), `${shown} → ${text}`)
    shown = text
  }
  assert.equal(wordsOf(REPLY, false), shown)
})

test("a very long line of marks takes no time", () => {
  const began = performance.now()
  for (const mark of ["*", "_", "`", "[", "![", "**a ", "`a ", "> ", "- ", "|", "<h", "https://"]) {
    parseMarkdown(mark.repeat(4_000))
    parseMarkdown(mark.repeat(4_000), true)
  }
  assert.ok(performance.now() - began < 3_000)
})

function outline(text) {
  return parseMarkdown(text).map(block).join(" ")
}

function block({ kind, children, text, items, start, blocks, head, rows }) {
  if (kind === "code") return `pre(${text})`
  if (kind === "list") {
    const inside = items.map((item) => `[${item.map(block).join(" ")}]`).join("")
    return (start === null ? "ul" : `ol${start}`) + inside
  }
  if (kind === "quote") return `quote[${blocks.map(block).join(" ")}]`
  const lineOf = (cells) => cells.map(inline).join(";")
  if (kind === "table") return `table(${[head, ...rows].map(lineOf).join(" / ")})`
  return `${kind === "heading" ? "h" : "p"}(${inline(children)})`
}

function inline(tokens) {
  return tokens
    .map(({ kind, text, href, children }) => {
      if (kind === "text") return text
      if (kind === "break") return "|"
      if (kind === "link") return `a:${href}(${inline(children)})`
      return `${kind}(${children ? inline(children) : text})`
    })
    .join("")
}

/** Every text in the blocks, wherever it stands. */
function textOf(value) {
  if (Array.isArray(value)) return value.map(textOf).join(" ")
  const { text = "", children = [], items = [], blocks = [], head = [], rows = [] } = value
  return text + [children, items, blocks, head, rows].map(textOf).join("")
}

function wordsOf(text, isGrowing) {
  return textOf(parseMarkdown(text, isGrowing)).replace(/\s+/g, " ").trim()
}
