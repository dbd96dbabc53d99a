// <flux-chat-menu>: moves and closes by keys as menus do. Says `menu:open`, and `menu:choose` with { choice }.

import { define, part, say } from "./chat-parts.js"

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

define("flux-chat-menu", ChatMenuElement)
