// What lies over the panel, one at a time, while all else in it rests: <flux-chat-reset>, <flux-chat-earlier>.

import { clockFor, define, field, localeOf, part, say } from "./chat-parts.js"

const BEHIND = ["header", "transcript", "composer"]

export class Sheets {
  #panel
  #top = null

  constructor(panel) {
    this.#panel = panel
  }

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

export class ChatResetElement extends HTMLElement {
  #listening

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController())
    this.addEventListener("submit", this.#confirm, { signal })
    this.addEventListener("keydown", this.#cancelOnEscape, { signal })
    part(this, "cancel").addEventListener("click", this.#cancel, { signal })
  }

  disconnectedCallback() {
    this.#listening.abort()
  }

  ask() {
    this.querySelector("form").reset()
    part(this, "reset-problem").textContent = ""
    part(this, "confirm").disabled = false
    this.hidden = false
    part(this, "cancel").focus()
  }

  tellProblem() {
    const problem = part(this, "reset-problem")
    problem.textContent = problem.dataset.words
    part(this, "confirm").disabled = false
    part(this, "confirm").focus()
  }

  #confirm = (event) => {
    event.preventDefault()
    part(this, "reset-problem").textContent = ""
    part(this, "confirm").disabled = true
    say(this, "reset:confirm", { erase: part(this, "erase")?.checked ?? this.hasAttribute("erases") })
  }

  #cancel = () => say(this, "sheet:cancel")

  #cancelOnEscape = (event) => {
    if (event.key !== "Escape") return

    event.stopPropagation()
    this.#cancel()
  }
}

define("flux-chat-reset", ChatResetElement)

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
