// The reply that is being written: drawn as it grows, at a pace that leaves the page its time.

import { field, find } from "./chat-dom.js"
import { MessageText } from "./chat-message-text.js"
import { drawParts } from "./chat-parts.js"

// Longer than most models are silent, shorter than anybody waits before wondering.
const SILENCE_MS = 8_000

export class StreamingReply {
  #item
  #typing
  #thinking
  #words
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
    drawParts(field(this.#item, "parts"), parts)
    this.#drawn()
    this.#rest = performance.now() + 8 * (performance.now() - began)
  }
}
