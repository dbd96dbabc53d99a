// The list of messages, in the order of their numbers; what is not acknowledged yet comes last.

import { field, part } from "./chat-parts.js"
import { Prose } from "./chat-prose.js"

export class Messages {
  #list
  #shapes
  #links
  #clock
  #placed = new Map()
  #pending = new Map()
  #texts = new WeakMap()

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
    this.#placed.clear()
    this.#pending.clear()
  }

  put(message) {
    const known = this.#placed.get(message.seq)
    const item = known ?? this.#make(message.role)
    this.#fill(item, message)
    if (!known) this.#place(item, message.seq)
  }

  /** `messages` are all that there are now after that number. */
  withdraw(after, messages) {
    const left = new Set(messages.map(({ seq }) => seq))
    for (const [seq, item] of this.#placed) {
      if (seq <= after || left.has(seq)) continue
      item.remove()
      this.#placed.delete(seq)
    }
  }

  pend({ messageId, message, at }) {
    if (this.#pending.has(messageId)) return

    const item = this.#make("shopper")
    this.#fill(item, { role: "shopper", text: message, at, status: "sending" })
    item.classList.add("chat-message--new")
    this.#pending.set(messageId, item)
    this.#list.append(item)
  }

  /** It may already stand there, brought by another way. */
  acknowledge(messageId, { seq }) {
    const item = this.#pending.get(messageId)
    this.#pending.delete(messageId)
    if (!item || this.#placed.has(seq)) return item?.remove()

    this.#setStatus(item, "shopper", "saved")
    this.#place(item, seq)
  }

  refuse(messageId) {
    const item = this.#pending.get(messageId)
    if (item) this.#setStatus(item, "shopper", "unsent")
  }

  drop(messageId) {
    this.#pending.get(messageId)?.remove()
    this.#pending.delete(messageId)
  }

  #make(role) {
    const shape = this.#shapes.querySelector(`template[data-kind="${role}"]`)
    return document.importNode(shape.content.firstElementChild, true)
  }

  #fill(item, { role, text, at, status, name }) {
    this.#setStatus(item, role, status)
    if (role === "staff" && name) field(item, "from").textContent = name
    const time = field(item, "at")
    time.dateTime = at
    time.textContent = this.#clock(at)
    if (this.#texts.get(item) === text) return

    this.#texts.set(item, text)
    const place = field(item, "text")
    const prose = new Prose(place, this.#links)
    if (role === "assistant") prose.draw(text)
    else if (role === "staff") prose.drawPlain(text)
    else place.textContent = text
  }

  #setStatus(item, role, status) {
    if (item.dataset.status === status) return

    item.dataset.status = status
    const states = part(this.#shapes, "states").content
    const state = states.querySelector(`[data-state="${role} ${status}"]`)
    field(item, "state").replaceChildren(...(state ? [document.importNode(state, true)] : []))
  }

  /** Moved only when it must be: what is added to a log is read out. */
  #place(item, seq) {
    this.#placed.set(seq, item)
    item.dataset.seq = seq
    const after = [...this.#list.children].find((other) => other !== item && !(Number(other.dataset.seq) < seq))
    if (!item.isConnected || item.nextElementSibling !== (after ?? null)) this.#list.insertBefore(item, after ?? null)
  }
}
