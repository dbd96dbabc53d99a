import assert from "node:assert/strict"
import { test } from "node:test"

import { learnLinks, OwnLinks } from "../../extensions/chat-widget/assets/chat-links.js"
import { MessageText } from "../../extensions/chat-widget/assets/chat-messages.js"
import { useTinyDom } from "./support/tiny-dom.mjs"

const HARMLESS = new Set(
  "div p strong em code pre br a span ul ol li blockquote hr table thead tbody tr th td".split(" "),
)
const ATTACKS = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<svg/onload=alert(1)>",
  "<a href=javascript:alert(1)>x</a>",
  "[x](javascript:alert(1))",
  "[x](JaVaScRiPt:alert%281%29)",
  "[x](java\tscript:alert)",
  "[x](\u0001javascript:alert)",
  "[x](data:text/html,<script>alert(1)</script>)",
  "[x](vbscript:msgbox)",
  "[x](//evil.example/a)",
  "[x](\\\\evil.example/a)",
  "[x](https:evil.example)",
  "[x](https://shop.example@evil.example/)",
  "[x](https://shop.example.evil.example/)",
  "[x](https://user:secret@shop.example/)",
  "[x](http://[::1]/)",
  "[x](file://localhost/etc/passwd)",
  "[x](blob:https://shop.example/1)",
  "![x](https://evil.example/pixel.png)",
  "[![x](https://evil.example/pixel.png)](https://evil.example)",
  "<https://evil.example/a>",
  "https://evil.example/?steal=1",
  "`<img src=x>` **<b onclick=x>** | <td> |",
  "```html\n<script>alert(1)</script>\n```",
  "| <script> |\n|---|\n| [x](javascript:y) |",
  "> [x](javascript:y)\n\n- [x](javascript:y)",
  "\u202e[moc.live](https://evil.example)\u202c",
]

for (const attack of ATTACKS) {
  test(`only harmless elements and links to the shop come of ${JSON.stringify(attack)}`, () => {
    for (let length = 1; length <= attack.length; length += 1) {
      const { place, words } = page()
      words.draw(`Look: ${attack.slice(0, length)}`, length < attack.length)

      for (const element of place.all) {
        assert.ok(HARMLESS.has(element.tag), element.tag)
        if (element.tag === "a") assert.equal(new URL(element.href).host, "shop.example")
      }
    }
  })
}

test("links lead to the shop's own pages, whatever they are written like", () => {
  const named = "[a](/x) [b](https://shop.example/y) [c](https://tide.myshopify.com/z)"
  assert.deepEqual(linksOf(`${named} https://shop.example/w`), [
    "https://shop.example/x",
    "https://shop.example/y",
    "https://tide.myshopify.com/z",
    "https://shop.example/w",
  ])
})

test("where a foreign link would lead is said instead", () => {
  const { place, words } = page()
  words.draw("[DHL](https://dhl.example/track) and https://dhl.example/ and [mail](mailto:a@b.example)")
  assert.equal(place.textContent, "DHL (https://dhl.example/track) and https://dhl.example/ and mail")
})

test("what the merchant has written is linked to as well, in one way of writing it", () => {
  learnLinks(["https://post.example/track", "mailto:help@shop.example", "tel:+4930123456"])
  const KEPT = {
    "https://post.example/track": "https://post.example/track",
    "HTTPS://POST.example:443/track": "https://post.example/track",
    "mailto:Help@shop.example": "mailto:help@shop.example",
    "mailto:help@shop.example?bcc=otto@evil.example": "mailto:help@shop.example",
    "tel:+49 (30) 123-456": "tel:+4930123456",
  }
  const REFUSED = [
    "https://post.example/track?steal=1",
    "https://ana@post.example/track",
    "https://post.example\\\\@evil.example/track",
    "mailto:otto@evil.example",
    "mailto:help@shop.example,otto@evil.example",
    "tel:+4930123457",
    "tel:*21*0900123456%23",
    "java&#x0A;script:alert(1)",
    "java&#115;cript:alert(1)",
    "data:text/html,x",
  ]

  for (const [address, leadsTo] of Object.entries(KEPT)) {
    assert.deepEqual(linksOf(`[here](${address})`), [leadsTo])
  }
  for (const address of REFUSED) assert.deepEqual(linksOf(`[here](${address})`), [], address)
})

test("staff may link to any page, in a page of its own, and only to pages", () => {
  const { place, words } = page()
  const text = "See https://any.example/a, **or** https://shop.example/b! javascript:alert(1) <b>"
  words.drawPlain(text)

  const links = place.all.filter(({ tag }) => tag === "a")
  assert.deepEqual(links.map(({ href, target, rel }) => [href, target, rel]), [
    ["https://any.example/a", "_blank", "noopener nofollow"],
    ["https://shop.example/b", undefined, "noopener"],
  ])
  assert.equal(place.textContent, text)
})

test("a shop on plain http, as on a developer's machine, links to itself only", () => {
  const own = new OwnLinks("http://127.0.0.1:3000/", [])
  assert.equal(own.resolve("/a"), "http://127.0.0.1:3000/a")
  assert.equal(own.resolve("http://127.0.0.1:8000/a"), null)
  assert.equal(new OwnLinks("https://shop.example/", []).resolve("http://shop.example/a"), null)
})

const PICTURES = {
  "/cdn/shop/files/mug.jpg?v=1": "https://shop.example/cdn/shop/files/mug.jpg?v=1&width=600",
  "//shop.example/mug.jpg": "https://shop.example/mug.jpg",
  "https://cdn.shopify.com/s/files/1/mug.jpg?v=1":
    "https://cdn.shopify.com/s/files/1/mug.jpg?v=1&width=600",
  "https://tide.myshopify.com/cdn/mug.jpg?width=9": "https://tide.myshopify.com/cdn/mug.jpg?width=600",
  "https://evil.example/pixel.png": null,
  "https://cdn.shopify.com.evil.example/pixel.png": null,
  "http://cdn.shopify.com/s/mug.jpg": null,
  "http://shop.example/mug.jpg": null,
  "javascript:alert(1)": null,
  "data:image/svg+xml,<svg/>": null,
  "blob:https://shop.example/1": null,
  "https://": null,
}
for (const [address, shown] of Object.entries(PICTURES))
  test(`the picture at ${address} is ${shown ? "loaded from the shop" : "not loaded"}`, () => {
    const links = new OwnLinks("https://shop.example/cart", ["tide.myshopify.com"])
    assert.equal(links.pictureOf(address), shown)
  })

test("while a reply grows, paragraphs that are complete are left alone", () => {
  const { place, words } = page()
  words.draw("one\n\ntw", true)
  const [first] = place.children
  words.draw("one\n\ntwo", true)

  assert.equal(place.children[0], first)
  assert.equal(place.textContent, "onetwo")
})

test("each block goes in the direction of its own words", () => {
  const { place, words } = page()
  words.draw("Hello\n\nمرحبا\n\n- one")
  assert.deepEqual(place.children.map(({ dir }) => dir), ["auto", "auto", "auto"])
})

function page() {
  const place = useTinyDom().createElement("div")
  const links = new OwnLinks("https://shop.example/cart", ["tide.myshopify.com"])
  return { place, words: new MessageText(place, links) }
}

function linksOf(text) {
  const { place, words } = page()
  words.draw(text)
  return place.all.filter(({ tag }) => tag === "a").map(({ href }) => href)
}
