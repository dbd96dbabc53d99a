// <flux-chat-composer>: the text box. Says `chat:send` and `chat:stop`, and `draft:change` while somebody writes.

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

  /** Beside the words that are being written. */
  giveBack(text) {
    this.text = [this.text, text].filter(Boolean).join("\n")
  }

  /** While a reply is written, Send is Stop. */
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

  // While an input method composes, Enter is its own; Safari tells that by the key code alone.
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

define("flux-chat-composer", ChatComposerElement)
