// What lies over the panel for a while, one at a time. Meanwhile all else in the panel rests.

import { part } from "./chat-parts.js"

const BEHIND = ["header", "transcript", "composer"]

export class Sheets {
  #panel
  #top = null

  constructor(panel) {
    this.#panel = panel
  }

  /** The one that is shown, or null. */
  get top() {
    return this.#top
  }

  show(name) {
    this.#rest(true)
    this.#top = part(this.#panel, name)
    this.#top.ask()
  }

  leave() {
    this.#rest(false)
    if (this.#top) this.#top.hidden = true
    this.#top = null
  }

  #rest(isResting) {
    for (const name of BEHIND) part(this.#panel, name).inert = isResting
  }
}
