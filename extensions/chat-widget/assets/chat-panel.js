// <flux-chat-panel>: opens and closes, minds the focus, and joins its parts to the conversation.
// Announces `open`, `close` and `receive` to the launcher.

import { ChatClient, Connection, describePage } from "./chat-client.js"
import "./chat-controls.js"
import { Conversation } from "./chat-conversation.js"
import { Consent, Ladder } from "./chat-ladder.js"
import { announce, define, hear, keepKeys, localeOf, part, problemWords, Screen } from "./chat-parts.js"
import { FluxChatStorage, Outbox } from "./chat-storage.js"
import "./chat-transcript.js"

// Named here as well, so that the browser asks for all files at once.
import "./chat-http.js"
import "./chat-inline.js"
import "./chat-links.js"
import "./chat-markdown.js"
import "./chat-messages.js"
import "./chat-prose.js"
import "./chat-session.js"
import "./chat-turn.js"

export class ChatPanelElement extends HTMLElement {
  #listening
  #ready
  #screen
  #connection
  #storage
  #conversation
  #means
  #choices
  #unread = 0

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController())
    this.#ready = this.#choices = null
    this.#screen = new Screen(this)
    this.#join(signal)
    this.addEventListener("keydown", this.#closeOnEscape, { signal })
    keepKeys(this, signal)
    this.addEventListener("click", this.#click, { signal })
    addEventListener("pagehide", this.#remember, { signal })
    // Moved by the theme while it was open.
    if (this.isOpen) this.open({ isReturning: true })
  }

  disconnectedCallback() {
    this.#remember()
    this.#listening.abort()
    this.#screen.leave()
    this.#conversation.leave()
  }

  get isOpen() {
    return !this.hidden
  }

  /** After a change of page (`isReturning`) the focus stays with the page. */
  open({ isReturning = false } = {}) {
    this.hidden = false
    this.#screen.enter()
    if (!isReturning) this.takeFocus()
    this.#unread = 0
    announce(this, "open")
    this.#begin()
  }

  /** On a phone the keyboard would cover the words. */
  takeFocus() {
    if (this.#screen.isTaken) part(this, "title").focus()
    else this.#composer.focus({ preventScroll: true })
  }

  close({ returnsFocus = true } = {}) {
    this.hidden = true
    this.#screen.leave()
    this.#conversation.close()
    announce(this, "close", { returnsFocus })
  }

  #join(signal) {
    const { host } = this.getRootNode()
    const consent = new Consent()
    const connection = (this.#connection = new Connection(signal))
    const storage = (this.#storage = new FluxChatStorage(host.getAttribute("shop"), new Ladder(consent), consent))
    const client = new ChatClient(host.getAttribute("endpoint"), connection, storage)
    const outbox = new Outbox({ storage, client, connection })

    this.#conversation = new Conversation({ client, connection, storage, outbox, transcript: this.#transcript })
    this.#means = { client, storage, conversation: this.#conversation, signal }
    connection.addEventListener("connection:change", this.#showConnection)
    hear(this.#conversation, this.#whenTold, signal)
    hear(this, this.#whenAsked, signal)
  }

  #whenAsked = {
    "chat:send": async ({ text }) => {
      await this.#ready
      this.#connection.hope()
      await this.#conversation.send(text, describePage(this.getRootNode().host))
    },
    "chat:stop": () => this.#conversation.stop().catch(() => (this.#composer.isStopping = false)),
    "draft:change": ({ text }) => this.#storage.saveDraft(text),
    "history:want": () => this.#conversation.older(),
    "retry:want": () => this.#conversation.retry(),
    "menu:open": () => this.#prepareChoices(),
    "menu:choose": ({ choice }) => this.#choose(choice),
    "mode:change": ({ mode }) => this.#showMode(mode),
  }

  #whenTold = {
    "reply:begin": () => (this.#composer.isBusy = true),
    "reply:end": () => (this.#composer.isBusy = false),
    "conversation:change": () => (this.#composer.isBusy = false),
    "message:return": (text) => this.#composer.giveBack(text),
    "message:receive": () => this.isOpen || this.#tellUnread(),
  }

  /** Nothing is asked or read before somebody opens the panel. */
  async #begin() {
    this.#ready ??= this.#storage.open(this.#listening.signal)
    await this.#ready
    if (!this.#composer.text) this.#composer.text = this.#storage.getDraft()
    this.#connection.hope()
    if (this.isOpen) await this.#conversation.open()
  }

  #tellUnread() {
    const count = (this.#unread += 1)
    announce(this, "receive", { count, number: new Intl.NumberFormat(localeOf(this.getRootNode().host)).format(count) })
  }

  #prepareChoices() {
    part(this, "menu").hasWords = Boolean(this.#storage.getSessionId())
    this.#loadChoices().catch(() => {})
  }

  async #choose(choice) {
    try {
      const choices = await this.#loadChoices()
      choices.choose(choice)
    } catch {
      this.#choices = null
      this.#transcript.fail({ code: "store_unavailable", retry: false })
    }
  }

  #loadChoices() {
    return (this.#choices ??= import("./chat-choices.js").then(({ Choices }) => new Choices(this, this.#means)))
  }

  #showMode(mode) {
    const kind = part(this, "kind")
    kind.textContent = kind.dataset[mode === "staff" ? "staff" : "assistant"]
    if (mode === "staff") this.removeAttribute("aria-describedby")
    else this.setAttribute("aria-describedby", part(this, "notice").id)
  }

  #closeOnEscape = (event) => {
    if (event.key === "Escape" && !event.isComposing) this.close()
  }

  #click = ({ target }) => {
    if (target.closest('[data-part="close"]')) this.close()
    // On a full screen the chat would hide the page that the link leads to.
    if (target.closest("a[href]") && this.#screen.isTaken) this.close({ returnsFocus: false })
  }

  #showConnection = () => {
    part(this, "connection").textContent = this.#connection.trouble ? problemWords(this, this.#connection.trouble) : ""
  }

  /** In the theme editor each change brings a new page, and the merchant wants to see the chat on it. */
  #remember = () => {
    const { host } = this.getRootNode()
    this.#storage.isOpen = this.isOpen && (!this.#storage.isEmpty || host.hasAttribute("in-editor"))
  }

  get #transcript() {
    return part(this, "transcript")
  }

  get #composer() {
    return part(this, "composer")
  }
}

define("flux-chat-panel", ChatPanelElement)
