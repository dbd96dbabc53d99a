// <flux-chat-composer>: the text box. Says `chat:send`, `chat:stop`, and `draft:change` meanwhile.
// <flux-chat-menu>: moves and closes by keys as menus do. Says `menu:open`, and `menu:choose`.

import { isBlank } from "./chat-client.js"
import { define, find, say } from "./chat-dom.js"

class ChatComposerElement extends HTMLElement {
  #listening

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
    if (isBusy === !this.#stop.hidden) return

    const hadFocus = this.#stop.matches(":focus")
    find(this, "send").hidden = isBusy
    this.#stop.hidden = !isBusy
    if (hadFocus && !isBusy) find(this, "send").focus()
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
    const isTyped = !event.isComposing && event.keyCode !== 229
    const isPlainEnter = event.key === "Enter" && !event.shiftKey && isTyped
    if (isPlainEnter && event.target === this.#input) this.#submit(event)
  }

  #askToStop = () => say(this, "chat:stop")

  #change = () => {
    const input = this.#input
    input.style.height = "auto"
    input.style.height = `${input.scrollHeight}px`

    const limit = find(this, "limit")
    limit.textContent = input.value.length >= input.maxLength ? limit.dataset.words : ""
    say(this, "draft:change", { text: input.value })
  }

  get #input() {
    return find(this, "input")
  }

  get #stop() {
    return find(this, "stop")
  }
}

class ChatMenuElement extends HTMLElement {
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
    return find(this, "menu-button")
  }

  get #items() {
    return find(this, "menu-items")
  }

  get #choices() {
    return [...this.querySelectorAll('[role="menuitem"]:not([hidden])')]
  }
}

define("flux-chat-composer", ChatComposerElement)
define("flux-chat-menu", ChatMenuElement)
