// <flux-chat-reset>: asks before a conversation is reset, or deleted when it `erases`.
// Says `reset:confirm` with { erase }, or `sheet:cancel`.

import { define, part, say } from "./chat-parts.js"

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
