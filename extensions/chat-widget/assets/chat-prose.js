// Draws the Markdown of a reply as nodes. While the reply grows, only the blocks that have changed are made anew.

import { parseMarkdown } from "./chat-markdown.js"

const TAGS = { strong: "strong", em: "em", code: "code", break: "br" }

export class Prose {
  #place
  #links
  #drawn = []

  constructor(place, links) {
    this.#place = place
    this.#links = links
  }

  draw(text, isGrowing = false) {
    const blocks = parseMarkdown(text, isGrowing).map((block) => ({ block, key: JSON.stringify(block) }))
    let same = 0
    while (same < blocks.length && blocks[same].key === this.#drawn[same]) same += 1

    while (this.#place.children.length > same) this.#place.lastElementChild.remove()
    // Each block in the direction of its own words.
    this.#place.append(...blocks.slice(same).map(({ block }) => Object.assign(this.#block(block), { dir: "auto" })))
    this.#drawn = blocks.map(({ key }) => key)
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

  /** The first paragraph of an item stands beside its mark, not below it. */
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
    const address = this.#links.resolve(href)
    const words = this.#inline(children)
    if (address) return Object.assign(element("a", words), { href: address, rel: "noopener" })

    const shown = this.#links.describe(href)
    const label = element("span", words)
    if (shown && label.textContent !== href) label.append(` (${shown})`)
    return label
  }
}

function element(tag, children = []) {
  const made = document.createElement(tag)
  made.append(...children)
  return made
}
