// Draws what was said: the list of messages, the reply that is being written, the words of both.

import { field, find } from "./chat-dom.js"
import { parseBlocks, parsePlain } from "./chat-markdown.js"
import { drawParts } from "./chat-parts.js"

const TAGS = { strong: "strong", em: "em", del: "del", code: "code", break: "br" }
// Longer than most models are silent, shorter than anybody waits before wondering.
const SILENCE_MS = 8_000

/** In their order. Only what has changed is made anew. */
export class Messages {
  #list
  #shapes
  #links
  #kit
  #clock
  #items = new Map()
  #drawn = new WeakMap()

  constructor(list, { shapes, links, clock, paper }) {
    this.#list = list
    this.#shapes = shapes
    this.#links = links
    this.#kit = { shapes, links, paper }
    this.#clock = clock
  }

  get isEmpty() {
    return this.#list.childElementCount === 0
  }

  clear() {
    this.#list.replaceChildren()
    this.#items.clear()
  }

  show(messages) {
    const items = new Map()
    for (const message of messages) {
      const key = message.messageId ?? message.seq
      const item = this.#items.get(key) ?? this.#make(message)
      this.#fill(item, message)
      items.set(key, item)
    }

    for (const [key, item] of this.#items) if (!items.has(key)) item.remove()
    this.#items = items
    this.#place(items.values())
  }

  /** Moved only when it must be: what is added to a log is read out. */
  #place(items) {
    let next = this.#list.firstElementChild
    for (const item of items) {
      if (item === next) next = next.nextElementSibling
      else this.#list.insertBefore(item, next)
    }
  }

  #make({ role, status }) {
    const shape = this.#shapes.querySelector(`template[data-kind="${role}"]`)
    const item = document.importNode(shape.content.firstElementChild, true)
    item.classList.toggle("chat-message--new", status === "sending")
    return item
  }

  #fill(item, message) {
    const drawn = this.#drawn.get(item)
    if (message === drawn) return

    this.#drawn.set(item, message)
    item.dataset.seq = message.seq
    this.#setStatus(item, message)
    const { role, text, parts, at, name } = message
    if (role === "staff" && name) field(item, "from").textContent = name
    field(item, "at").dateTime = at
    field(item, "at").textContent = this.#clock(at)

    if (text !== drawn?.text) this.#drawText(field(item, "text"), message)
    drawParts(field(item, "parts"), parts, this.#kit)
  }

  #drawText(place, { role, text }) {
    const words = new MessageText(place, this.#links)

    if (role === "assistant") words.draw(text)
    else if (role === "staff") words.drawPlain(text)
    else place.textContent = text
  }

  #setStatus(item, { role, status }) {
    if (item.dataset.status === status) return

    item.dataset.status = status
    const states = find(this.#shapes, "states").content
    const state = states.querySelector(`[data-state="${role} ${status}"]`)
    field(item, "state").replaceChildren(...(state ? [document.importNode(state, true)] : []))
  }
}

/** Drawn as it grows, at a pace that leaves the page its time. */
export class StreamingReply {
  #item
  #typing
  #thinking
  #words
  #kit
  #drawn
  #reply = null
  #rest = 0
  #frame = 0
  #silence = 0

  /** `drawn` is called after each change on the screen. */
  constructor(transcript, links, drawn) {
    this.#item = find(transcript, "reply")
    this.#typing = find(transcript, "typing")
    this.#thinking = find(this.#item, "thinking")
    this.#words = new MessageText(field(this.#item, "text"), links)
    this.#kit = { shapes: transcript, links }
    this.#drawn = drawn
  }

  /** { text, parts }; null when nothing is being written. */
  show(reply) {
    const before = this.#reply
    if (reply === before) return

    this.#reply = reply
    const isChange = !reply !== !before
    if (reply?.text === "" || before?.text === "") this.#expectWords()
    if (isChange) this.#tell()

    if (isChange || !reply.text) this.#draw()
    else this.#frame ||= requestAnimationFrame(this.#draw)
  }

  /** Once for each reply. */
  #tell() {
    this.#typing.textContent = this.#reply ? this.#typing.dataset.words : ""
  }

  /** A model that reasons may be silent for long. */
  #expectWords() {
    clearTimeout(this.#silence)
    this.#thinking.hidden = true
    if (this.#reply?.text === "") this.#silence = setTimeout(this.#tellThinking, SILENCE_MS)
  }

  #tellThinking = () => {
    this.#thinking.hidden = false
    this.#typing.textContent = this.#thinking.textContent
    this.#drawn()
  }

  #draw = () => {
    cancelAnimationFrame(this.#frame)
    const { text = "", parts } = this.#reply ?? {}
    const began = performance.now()
    // Drawing a long reply leaves the page most of its time.
    this.#frame = text && began < this.#rest ? requestAnimationFrame(this.#draw) : 0
    if (this.#frame) return

    this.#item.hidden = !this.#reply
    this.#item.toggleAttribute("data-empty", !text)
    this.#words.draw(text, true)
    drawParts(field(this.#item, "parts"), parts, this.#kit)
    this.#drawn()
    this.#rest = performance.now() + 8 * (performance.now() - began)
  }
}

/** As nodes: the Markdown of a reply, also while it grows, and the addresses of staff. */
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
    if (text.slice(0, this.#settled.length) !== this.#settled) {
      this.#settled = ""
      this.#kept = 0
      this.#drawn = []
    }

    const { blocks, settled, length } = parseBlocks(text.slice(this.#settled.length), isGrowing)
    const keys = blocks.map((block) => JSON.stringify(block))
    let same = 0
    while (same < keys.length && keys[same] === this.#drawn[same]) same += 1

    while (this.#place.children.length > this.#kept + same) this.#place.lastElementChild.remove()
    for (const block of blocks.slice(same)) {
      // Each block in the direction of its own words.
      this.#place.append(Object.assign(this.#block(block), { dir: "auto" }))
    }

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
    const made = items.map((blocks) => element("li", this.#item(blocks)))
    const list = element(start === null ? "ul" : "ol", made)
    if (start > 1) list.start = start
    return list
  }

  /** The first paragraph stands beside the mark, not below it. */
  #item([first, ...others]) {
    const below = others.map((block) => this.#block(block))
    if (!first) return below

    const isParagraph = first.kind === "paragraph"
    return [...(isParagraph ? this.#inline(first.children) : [this.#block(first)]), ...below]
  }

  #table({ head, rows }) {
    const cell = (tag) => (tokens) => element(tag, this.#inline(tokens))
    const row = (cells, tag) => element("tr", cells.map(cell(tag)))
    const body = element("tbody", rows.map((cells) => row(cells, "td")))
    return element("table", [element("thead", [row(head, "th")]), body])
  }

  #inline(tokens) {
    return tokens.map((token) => {
      if (token.kind === "text") return token.text
      if (token.kind === "link") return this.#link(token)
      const inside = token.text ? [token.text] : this.#inline(token.children ?? [])
      return element(TAGS[token.kind], inside)
    })
  }

  #link({ href, children }) {
    const address = this.#links.resolve(href, this.#isStaff)
    const words = this.#inline(children)
    if (address) {
      const isOwn = this.#links.isOwn(address)
      const look = isOwn ? { rel: "noopener" } : { rel: "noopener nofollow", target: "_blank" }
      return Object.assign(element("a", words), { href: address, ...look })
    }

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
