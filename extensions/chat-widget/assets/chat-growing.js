// The reply that is being written, drawn once per frame. It stands outside the live region, which gets it when finished.

import { part } from "./chat-parts.js"
import { Prose } from "./chat-prose.js"

// Longer than most models are silent, and shorter than anybody waits before wondering.
const SILENCE_MS = 8_000

export class GrowingReply {
  #item
  #typing
  #thinking
  #prose
  #drawn
  #rest = 0
  #text = null
  #frame = 0
  #silence = 0

  /** `drawn` is called after each change of what is on the screen. */
  constructor(transcript, links, drawn) {
    this.#item = part(transcript, "reply")
    this.#typing = part(transcript, "typing")
    this.#thinking = part(this.#item, "thinking")
    this.#prose = new Prose(this.#item.querySelector('[data-field="text"]'), links)
    this.#drawn = drawn
  }

  /** The whole text so far; null when nothing is being written. */
  show(text) {
    const isChange = (text === null) !== (this.#text === null)
    const wasWaiting = this.#text === ""
    this.#text = text
    if ((text === "") !== wasWaiting) this.#expectWords()
    if (isChange) this.#tell()
    if (isChange || !text) this.#draw()
    else this.#frame ||= requestAnimationFrame(() => this.#draw())
  }

  /** Once for each reply, however long it takes. */
  #tell() {
    this.#typing.textContent = this.#text === null ? "" : this.#typing.dataset.words
  }

  /** A model that reasons may be silent for a long time, and still be at work. */
  #expectWords() {
    clearTimeout(this.#silence)
    this.#thinking.hidden = true
    if (this.#text === "") this.#silence = setTimeout(() => this.#tellThinking(), SILENCE_MS)
  }

  #tellThinking() {
    this.#thinking.hidden = false
    this.#typing.textContent = this.#thinking.textContent
    this.#drawn()
  }

  #draw() {
    cancelAnimationFrame(this.#frame)
    const began = performance.now()
    // Drawing a long reply again and again leaves the page most of its time.
    this.#frame = this.#text && began < this.#rest ? requestAnimationFrame(() => this.#draw()) : 0
    if (this.#frame) return

    this.#item.hidden = this.#text === null
    this.#item.toggleAttribute("data-empty", !this.#text)
    this.#prose.draw(this.#text ?? "", true)
    this.#drawn()
    this.#rest = performance.now() + 8 * (performance.now() - began)
  }
}
