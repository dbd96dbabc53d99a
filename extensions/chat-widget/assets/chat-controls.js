// <flux-chat-composer>: the text box. Says `chat:send` and `chat:stop`, and `draft:change` while somebody writes.
// <flux-chat-menu>: moves and closes by keys as menus do. Says `menu:open`, and `menu:choose` with { choice }.

import { isBlank } from "./chat-client.js"
import { define, part, say } from "./chat-parts.js"

export class ChatComposerElement extends HTMLElement {
  #listening
  isStopping = false

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController())
    this.addEventListener("submit", this.#submit, { signal })
    this.addEventListener("keydown", this.#submitOnEnter, { signal })
    this.addEventListener("input", this.#change, { signal })
    this.#stop.addEventListener("click", this.#askToStop, { signal })
  }

  disconnectedCallback() {
    this.#listening.abort()
  }

  get text() {
    return this.#input.value
  }

  set text(text) {
    this.#input.value = text
    this.#change()
  }

  giveBack(text) {
    this.text = [this.text, text].filter(Boolean).join("\n")
  }

  /** Send is Stop while a reply is written. */
  set isBusy(isBusy) {
    const hadFocus = this.#stop.matches(":focus")
    part(this, "send").hidden = isBusy
    this.#stop.hidden = !isBusy
    this.isStopping = false
    if (hadFocus && !isBusy) part(this, "send").focus()
  }

  focus(options) {
    this.#input.focus(options)
  }

  #submit = (event) => {
    event.preventDefault()
    const text = this.text.trim()
    if (isBlank(text)) return

    this.text = ""
    say(this, "chat:send", { text })
    this.focus()
  }

  // Enter may belong to an input method; Safari tells that by the key code alone.
  #submitOnEnter = (event) => {
    const isPlainEnter = event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229
    if (isPlainEnter && event.target === this.#input) this.#submit(event)
  }

  #askToStop = () => {
    if (this.isStopping) return

    this.isStopping = true
    say(this, "chat:stop")
  }

  #change = () => {
    const input = this.#input
    input.style.height = "auto"
    input.style.height = `${input.scrollHeight}px`

    const limit = part(this, "limit")
    limit.textContent = input.value.length >= input.maxLength ? limit.dataset.words : ""
    say(this, "draft:change", { text: input.value })
  }

  get #input() {
    return part(this, "input")
  }

  get #stop() {
    return part(this, "stop")
  }
}

export class ChatMenuElement extends HTMLElement {
  #listening

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController())
    this.#button.addEventListener("click", this.#toggle, { signal })
    this.#items.addEventListener("click", this.#choose, { signal })
    this.addEventListener("keydown", this.#move, { signal })
    this.addEventListener("focusout", this.#closeBehind, { signal })
  }

  disconnectedCallback() {
    this.#listening.abort()
  }

  set isOpen(isOpen) {
    if (isOpen) say(this, "menu:open")
    this.#items.hidden = !isOpen
    this.#button.setAttribute("aria-expanded", isOpen)
    if (isOpen) this.#choices[0].focus()
  }

  get isOpen() {
    return !this.#items.hidden
  }

  /** Without words there is nothing to keep or to delete. */
  set hasWords(hasWords) {
    for (const choice of this.querySelectorAll("[data-needs-words]")) choice.hidden = !hasWords
  }

  focus() {
    this.#button.focus()
  }

  #toggle = () => {
    this.isOpen = !this.isOpen
  }

  #choose = ({ target }) => {
    const choice = target.closest('[role="menuitem"]')
    if (!choice) return

    this.isOpen = false
    this.focus()
    say(this, "menu:choose", choice.dataset)
  }

  #move = (event) => {
    const choices = this.#choices
    const at = choices.indexOf(this.getRootNode().activeElement)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key]

    if (event.key === "Escape" && this.isOpen) {
      this.isOpen = false
      this.focus()
    } else if (to !== undefined) {
      this.isOpen = true
      choices.at(to % choices.length).focus()
    } else {
      return
    }
    event.preventDefault()
    event.stopPropagation()
  }

  #closeBehind = ({ relatedTarget }) => {
    if (this.isOpen && !this.contains(relatedTarget)) this.isOpen = false
  }

  get #button() {
    return part(this, "menu-button")
  }

  get #items() {
    return part(this, "menu-items")
  }

  get #choices() {
    return [...this.querySelectorAll('[role="menuitem"]:not([hidden])')]
  }
}

define("flux-chat-composer", ChatComposerElement)
define("flux-chat-menu", ChatMenuElement)
