// What lies over the panel, one at a time, while all else in it rests: <flux-chat-reset>, <flux-chat-earlier>.

import { clockFor, define, field, localeOf, find, say } from "./chat-dom.js"

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
    this.#top = find(this.#panel, name)
    this.#top.ask()
  }

  leave() {
    this.#rest(false)
    if (this.#top) this.#top.hidden = true
    this.#top = null
  }

  #rest(isResting) {
    for (const name of BEHIND) find(this.#panel, name).inert = isResting
  }
}

export class ChatResetElement extends HTMLElement {
  #listening

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController())
    this.addEventListener("submit", this.#confirm, { signal })
    this.addEventListener("keydown", this.#cancelOnEscape, { signal })
    find(this, "cancel").addEventListener("click", this.#cancel, { signal })
  }

  disconnectedCallback() {
    this.#listening.abort()
  }

  ask() {
    this.querySelector("form").reset()
    find(this, "reset-problem").textContent = ""
    find(this, "confirm").disabled = false
    this.hidden = false
    find(this, "cancel").focus()
  }

  tellProblem() {
    const problem = find(this, "reset-problem")
    problem.textContent = problem.dataset.words
    find(this, "confirm").disabled = false
    find(this, "confirm").focus()
  }

  #confirm = (event) => {
    event.preventDefault()
    find(this, "reset-problem").textContent = ""
    find(this, "confirm").disabled = true
    say(this, "reset:confirm", { erase: find(this, "erase")?.checked ?? this.hasAttribute("erases") })
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
    find(this, "chats-list").replaceChildren()
    find(this, "chats-problem").textContent = ""
    this.#tell("waiting")
    find(this, "chats-title").focus()
    say(this, "chats:load")
  }

  show(conversations) {
    this.#tell(conversations.length ? "" : "none")
    find(this, "chats-list").replaceChildren(...conversations.map((conversation) => this.#item(conversation)))
  }

  tellProblem() {
    const problem = find(this, "chats-problem")
    this.#tell("")
    problem.textContent = problem.dataset.words
  }

  #item({ id, line, open, activeAt }) {
    const item = document.importNode(find(this, "chats-item").content.firstElementChild, true)
    item.firstElementChild.dataset.id = id
    field(item, "line").textContent = line
    field(item, "at").dateTime = activeAt
    field(item, "at").textContent = this.#clock(activeAt)
    field(item, "open").hidden = !open
    return item
  }

  #tell(name) {
    const state = find(this, "chats-state")
    state.textContent = name && state.dataset[name]
  }

  #choose = ({ target }) => {
    const button = target.closest("button")
    if (button === find(this, "chats-back")) say(this, "sheet:cancel")
    else if (button) say(this, "chats:choose", { id: button.dataset.id })
  }

  #cancelOnEscape = (event) => {
    if (event.key !== "Escape") return

    event.stopPropagation()
    say(this, "sheet:cancel")
  }
}

define("flux-chat-earlier", ChatEarlierElement)
