// The reply that is being written, drawn once per frame. It stands outside the live region, which gets it when finished.

import { part } from "./chat-parts.js"
import { Prose } from "./chat-prose.js"

export class GrowingReply {
  #item
  #typing
  #prose
  #drawn
  #rest = 0
  #text = null
  #frame = 0

  /** `drawn` is called after each change of what is on the screen. */
  constructor(transcript, links, drawn) {
    this.#item = part(transcript, "reply")
    this.#typing = part(transcript, "typing")
    this.#prose = new Prose(this.#item.querySelector('[data-field="text"]'), links)
    this.#drawn = drawn
  }

  /** The whole text so far; null when nothing is being written. */
  show(text) {
    const isChange = (text === null) !== (this.#text === null)
    this.#text = text
    if (isChange) this.#tell()
    if (isChange || !text) this.#draw()
    else this.#frame ||= requestAnimationFrame(() => this.#draw())
  }

  /** Once for each reply, however long it takes. */
  #tell() {
    this.#typing.textContent = this.#text === null ? "" : this.#typing.dataset.words
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
