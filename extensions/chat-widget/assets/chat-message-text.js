// Draws words as nodes: the Markdown of a reply, also while it grows, and the addresses of staff.

import { parsePlain } from "./chat-inline.js"
import { parseBlocks } from "./chat-markdown.js"

const TAGS = { strong: "strong", em: "em", del: "del", code: "code", break: "br" }

export class MessageText {
  #place
  #links
  #isStaff = false
  // What can no longer change, how many blocks that is, and the blocks after it.
  #settled = ""
  #kept = 0
  #drawn = []

  constructor(place, links) {
    this.#place = place
    this.#links = links
  }

  /** Only what has changed is made anew. */
  draw(text, isGrowing = false) {
    // Browsers compare whole strings far quicker than they look for a beginning.
    if (text.slice(0, this.#settled.length) !== this.#settled) [this.#settled, this.#kept, this.#drawn] = ["", 0, []]
    const { blocks, settled, length } = parseBlocks(text.slice(this.#settled.length), isGrowing)
    const keys = blocks.map((block) => JSON.stringify(block))
    let same = 0
    while (same < keys.length && keys[same] === this.#drawn[same]) same += 1

    while (this.#place.children.length > this.#kept + same) this.#place.lastElementChild.remove()
    // Each block in the direction of its own words.
    for (const block of blocks.slice(same)) this.#place.append(Object.assign(this.#block(block), { dir: "auto" }))
    this.#settled = text.slice(0, this.#settled.length + length)
    this.#kept += settled
    this.#drawn = keys.slice(settled)
  }

  /** Staff write no marks, and may link to any page. */
  drawPlain(text) {
    this.#isStaff = true
    this.#place.replaceChildren(...this.#inline(parsePlain(text)))
  }

  #block(block) {
    switch (block.kind) {
      case "code":
        return element("pre", [element("code", [block.text])])
      case "heading":
        return element("p", [element("strong", this.#inline(block.children))])
      case "list":
        return this.#list(block)
      case "quote":
        return element("blockquote", block.blocks.map((inner) => this.#block(inner)))
      case "table":
        return this.#table(block)
      case "rule":
        return element("hr")
      default:
        return element("p", this.#inline(block.children))
    }
  }

  #list({ start, items }) {
    const list = element(start === null ? "ul" : "ol", items.map((blocks) => element("li", this.#item(blocks))))
    if (start > 1) list.start = start
    return list
  }

  /** The first paragraph stands beside the mark, not below it. */
  #item([first, ...others]) {
    const beside = first?.kind === "paragraph" ? this.#inline(first.children) : first ? [this.#block(first)] : []
    return [...beside, ...others.map((block) => this.#block(block))]
  }

  #table({ head, rows }) {
    const row = (cells, tag) => element("tr", cells.map((cell) => element(tag, this.#inline(cell))))
    const body = element("tbody", rows.map((cells) => row(cells, "td")))
    return element("table", [element("thead", [row(head, "th")]), body])
  }

  #inline(tokens) {
    return tokens.map((token) => {
      if (token.kind === "text") return token.text
      if (token.kind === "link") return this.#link(token)
      return element(TAGS[token.kind], token.text ? [token.text] : this.#inline(token.children ?? []))
    })
  }

  #link({ href, children }) {
    const address = this.#links.resolve(href, this.#isStaff)
    const words = this.#inline(children)
    const look = this.#links.isOwn(address) ? { rel: "noopener" } : { rel: "noopener nofollow", target: "_blank" }
    if (address) return Object.assign(element("a", words), { href: address, ...look })

    const shown = this.#links.describe(href)
    const label = element("span", words)
    if (shown && label.textContent !== href) label.append(` (${shown})`)
    return label
  }
}

/** Nodes one by one: ten thousands are too many arguments. */
function element(tag, children = []) {
  const made = document.createElement(tag)
  for (const child of children) made.append(child)
  return made
}
