// <flux-chat-earlier>: the earlier conversations of a signed-in customer.
// Says `chats:load`, `chats:choose` with { id }, or `sheet:cancel`.

import { clockFor, localeOf } from "./chat-clock.js"
import { define, field, part, say } from "./chat-parts.js"

export class ChatEarlierElement extends HTMLElement {
  #listening
  #clock

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController())
    this.#clock = clockFor(localeOf(this.getRootNode().host))
    this.addEventListener("click", this.#choose, { signal })
    this.addEventListener("keydown", this.#cancelOnEscape, { signal })
  }

  disconnectedCallback() {
    this.#listening.abort()
  }

  ask() {
    this.hidden = false
    part(this, "chats-list").replaceChildren()
    part(this, "chats-problem").textContent = ""
    this.#tell("waiting")
    part(this, "chats-title").focus()
    say(this, "chats:load")
  }

  show(conversations) {
    this.#tell(conversations.length ? "" : "none")
    part(this, "chats-list").replaceChildren(...conversations.map((conversation) => this.#item(conversation)))
  }

  tellProblem() {
    const problem = part(this, "chats-problem")
    this.#tell("")
    problem.textContent = problem.dataset.words
  }

  #item({ id, line, open, activeAt }) {
    const item = document.importNode(part(this, "chats-item").content.firstElementChild, true)
    item.firstElementChild.dataset.id = id
    field(item, "line").textContent = line
    field(item, "at").dateTime = activeAt
    field(item, "at").textContent = this.#clock(activeAt)
    field(item, "open").hidden = !open
    return item
  }

  #tell(name) {
    const state = part(this, "chats-state")
    state.textContent = name && state.dataset[name]
  }

  #choose = ({ target }) => {
    const button = target.closest("button")
    if (button === part(this, "chats-back")) say(this, "sheet:cancel")
    else if (button) say(this, "chats:choose", { id: button.dataset.id })
  }

  #cancelOnEscape = (event) => {
    if (event.key !== "Escape") return

    event.stopPropagation()
    say(this, "sheet:cancel")
  }
}

define("flux-chat-earlier", ChatEarlierElement)
