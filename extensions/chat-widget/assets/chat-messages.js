// The list of messages, in their order. Only what has changed is made anew.

import { field, find } from "./chat-dom.js"
import { MessageText } from "./chat-message-text.js"
import { drawParts } from "./chat-parts.js"

export class Messages {
  #list
  #shapes
  #links
  #clock
  #items = new Map()
  #drawn = new WeakMap()

  constructor(list, { shapes, links, clock }) {
    this.#list = list
    this.#shapes = shapes
    this.#links = links
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
    this.#setStatus(item, message)
    const { role, text, parts, at, name } = message
    if (role === "staff" && name) field(item, "from").textContent = name
    field(item, "at").dateTime = at
    field(item, "at").textContent = this.#clock(at)

    if (text !== drawn?.text) this.#drawText(field(item, "text"), message)
    if (JSON.stringify(parts) !== JSON.stringify(drawn?.parts)) drawParts(field(item, "parts"), parts)
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
