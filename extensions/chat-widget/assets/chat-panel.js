// <flux-chat-panel>: opens and closes, minds the focus, and joins its parts to the conversation.
// Announces `open`, `close`, `wait` and `receive` to the launcher.

import { ChatClient, describePage } from "./chat-client.js"
import "./chat-controls.js"
import { Conversation } from "./chat-conversation.js"
import { announce, define, find, hear, keepKeys, localeOf, problemWords } from "./chat-dom.js"
import { Consent, FluxChatStorage, Outbox, StorageFallback } from "./chat-storage.js"
import "./chat-transcript.js"
import { Connection } from "./chat-transport.js"

// Named here as well, so that the browser asks for all files at once.
import "./chat-links.js"
import "./chat-markdown.js"
import "./chat-messages.js"
import "./chat-parts.js"
import "./chat-state.js"

/** The same as in `chat-widget.css`. */
const FULL_SCREEN = "(max-width: 480px), (max-height: 420px)"
const STOPS = "a[href], button, textarea, input, select, [tabindex]"
// More than a browser's own bars take.
const KEYBOARD_PX = 120

class ChatPanelElement extends HTMLElement {
  #listening
  #ready
  #screen
  #connection
  #storage
  #conversation
  #means
  #actions
  #ratings
  #mode = "assistant"

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController())
    this.#ready = this.#actions = this.#ratings = null
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

  /** For what is loaded later: { client, storage, conversation, signal }. */
  get means() {
    return this.#means
  }

  /** After a change of page (`isReturning`) the focus stays with the page. `token` is a link's. */
  async open({ isReturning = false, token } = {}) {
    this.hidden = false
    this.#screen.enter()
    if (!isReturning) this.takeFocus()
    announce(this, "open")
    await this.#begin()
    if (token) this.#withPeople(({ redeem }) => redeem(token, this.#means))
  }

  /** On a phone the keyboard would cover the words. */
  takeFocus() {
    if (this.#screen.isTaken) find(this, "title").focus()
    else this.#composer.focus({ preventScroll: true })
  }

  close({ returnsFocus = true } = {}) {
    this.hidden = true
    this.#screen.leave()
    this.#conversation.close()
    announce(this, "close", { returnsFocus })
    this.#await()
  }

  #join(signal) {
    const { host } = this.getRootNode()
    const consent = new Consent()
    const connection = (this.#connection = new Connection(signal))
    const fallback = new StorageFallback(consent)
    const storage = new FluxChatStorage(host.getAttribute("shop"), fallback, consent)
    const client = new ChatClient(host.getAttribute("endpoint"), connection, storage)
    const outbox = new Outbox({ storage, client, connection })
    const conversation = new Conversation({ client, connection, storage, outbox })

    this.#storage = storage
    this.#conversation = conversation
    this.#means = { client, storage, conversation, signal }
    connection.addEventListener("connection:change", this.#showConnection)
    hear(conversation, this.#whenTold, signal)
    hear(this, this.#whenAsked, signal)
  }

  #whenAsked = {
    "chat:send": async ({ text }) => {
      await this.#ready
      this.#connection.hope()
      await this.#conversation.send(text, describePage(this.getRootNode().host))
    },
    "chat:stop": () => this.#conversation.stop(),
    "draft:change": ({ text }) => this.#storage.saveDraft(text),
    "history:want": () => this.#conversation.loadEarlier(),
    "retry:want": () => this.#conversation.retry(),
    "person:want": (path) => this.#askForPerson(path ?? undefined),
    "menu:open": () => this.#prepareActions(),
    "menu:choose": ({ choice }) => this.#choose(choice),
  }

  #whenTold = {
    "state:change": ({ state, before }) => this.#show(state, before),
    "message:return": (text) => this.#composer.giveBack(text),
  }

  #show(state, before) {
    this.#transcript.show(state)
    this.#composer.isBusy = state.phase === "streaming"
    this.#showMode(state.mode)
    if (state.form !== before.form) this.#showForm()
    if (state.rating && state.messages.length) this.#askRatings()
    if (this.isOpen) return

    if (state.unread > before.unread) this.#tellUnread(state.unread)
    if (state.waiting && !before.waiting) this.#await()
  }

  #askRatings() {
    this.#ratings ??= import("./chat-rating.js").then(({ begin }) => begin(this)).catch(() => {})
  }

  /** Few chats have people in them; without the script they go on all the same. */
  #withPeople(use) {
    import("./chat-person.js").then(use).catch(() => {})
  }

  /** While the chat is closed the launcher tells of what a person says. */
  #await() {
    const { isLoaded, waiting, messages } = this.#conversation.state
    const seen = waiting ? `${messages.at(-1)?.seq ?? 0}` : ""

    this.#storage.opening = isLoaded ? seen : this.#storage.opening.replace("yes", "")
    if (this.#storage.opening) announce(this, "wait")
  }

  /** Nothing is asked or read before somebody opens the panel. */
  async #begin() {
    this.#ready ??= this.#storage.open(this.#listening.signal)
    await this.#ready
    if (!this.#composer.text) this.#composer.text = this.#storage.getDraft()
    this.#connection.hope()
    if (this.isOpen) await this.#conversation.open()
  }

  #tellUnread(count) {
    const format = new Intl.NumberFormat(localeOf(this.getRootNode().host))
    announce(this, "receive", { count, number: format.format(count) })
  }

  /** Before the first message nobody would know who asks, so then it is one. */
  #askForPerson(path) {
    if (this.#storage.getSessionId()) return this.#conversation.askForPerson(path)

    this.#whenAsked["chat:send"]({ text: this.#composer.dataset.person })
  }

  /** Without its script the words of the reply ask the same. `flow` begins a form. */
  async #showForm(flow) {
    try {
      const { showForm } = await import("./chat-form.js")
      showForm(this, this.#means, flow)
    } catch {
      if (flow) this.#conversation.fail("store_unavailable")
    }
  }

  #prepareActions() {
    find(this, "menu").hasWords = Boolean(this.#storage.getSessionId())
    this.#loadActions().catch(() => {})
  }

  async #choose(choice) {
    try {
      const actions = await this.#loadActions()
      actions.choose(choice)
    } catch {
      this.#actions = null
      this.#conversation.fail("store_unavailable")
    }
  }

  #loadActions() {
    const load = async () => {
      const { MenuActions } = await import("./chat-menu-actions.js")
      return new MenuActions(this, this.#means)
    }
    return (this.#actions ??= load())
  }

  #showMode(mode) {
    if (mode === this.#mode) return

    this.#mode = mode
    if (mode === "staff") this.#withPeople(({ meet }) => meet(this))
    const kind = find(this, "kind")
    kind.textContent = kind.dataset[mode === "staff" ? "staff" : "assistant"]
    if (mode === "staff") this.removeAttribute("aria-describedby")
    else this.setAttribute("aria-describedby", find(this, "notice").id)
  }

  #closeOnEscape = (event) => {
    if (event.key === "Escape" && !event.isComposing) this.close()
  }

  #click = ({ target }) => {
    if (target.closest('[data-part="close"]')) this.close()
    const { flow } = target.closest("[data-flow]")?.dataset ?? {}
    if (flow) this.#showForm(flow)
    // On a full screen the chat would hide the page that the link leads to.
    if (target.closest("a[href]") && this.#screen.isTaken) this.close({ returnsFocus: false })
  }

  #showConnection = () => {
    const { trouble } = this.#connection
    find(this, "connection").textContent = trouble ? problemWords(this, trouble) : ""
  }

  /** In the theme editor each change brings a new page, and the merchant wants to see the chat. */
  #remember = () => {
    if (!this.isOpen) return

    const isInEditor = this.getRootNode().host.hasAttribute("in-editor")
    this.#storage.opening = isInEditor || !this.#storage.isEmpty ? "yes" : ""
  }

  get #transcript() {
    return find(this, "transcript")
  }

  get #composer() {
    return find(this, "composer")
  }
}

/** On a phone the panel is all of it: the page rests, Tab stays inside, the keyboard has room. */
class Screen {
  #panel
  #query = matchMedia(FULL_SCREEN)
  #taken = null

  constructor(panel) {
    this.#panel = panel
  }

  get isTaken() {
    return this.#taken !== null
  }

  /** Taken whenever it is small, until `leave`. */
  enter() {
    this.#query.addEventListener("change", this.#adapt)
    this.#adapt()
  }

  leave() {
    this.#query.removeEventListener("change", this.#adapt)
    this.#release()
  }

  #adapt = () => {
    if (this.#query.matches) this.#take()
    else this.#release()
  }

  #take() {
    if (this.isTaken) return

    const { signal } = (this.#taken = new AbortController())
    this.#panel.setAttribute("aria-modal", "true")
    this.#panel.getRootNode().host.toggleAttribute("data-flux-chat-full-screen", true)
    this.#panel.addEventListener("keydown", this.#cycle, { signal })
    for (const name of ["resize", "scroll"]) {
      visualViewport?.addEventListener(name, this.#fit, { signal })
    }
    this.#fit()
    rest(outsidersOf(this.#panel), signal)
  }

  #release() {
    this.#taken?.abort()
    this.#taken = null
    this.#panel.removeAttribute("aria-modal")
    this.#panel.getRootNode().host?.removeAttribute("data-flux-chat-full-screen")
  }

  // The visual viewport is what the keyboard leaves; fingers that zoom make it smaller too.
  #fit = () => {
    const whole = { height: innerHeight, offsetTop: 0, scale: 1 }
    const { height, offsetTop, scale } = visualViewport ?? whole
    const isZoomed = Math.abs(scale - 1) > 0.01
    const left = height * scale

    if (!isZoomed) this.#panel.style.setProperty("--flux-chat-screen-top", `${offsetTop}px`)
    this.#panel.style.setProperty("--flux-chat-screen-height", `${left}px`)
    this.#panel.toggleAttribute("data-keyboard", innerHeight - left > KEYBOARD_PX)
  }

  #cycle = (event) => {
    if (event.key !== "Tab") return

    const stops = [...this.#panel.querySelectorAll(STOPS)].filter(isStop)
    const [first, last] = [stops[0], stops.at(-1)]
    const [from, to] = event.shiftKey ? [first, last] : [last, first]
    const { activeElement } = this.#panel.getRootNode()
    if (activeElement !== from && stops.includes(activeElement)) return

    event.preventDefault()
    to.focus()
  }
}

function isStop(element) {
  const mayFocus = element.tabIndex >= 0 && !element.disabled && !element.closest("[inert]")
  return mayFocus && element.getClientRects().length > 0
}

/** All that is neither the panel nor around it. */
function outsidersOf(panel) {
  const outsiders = []
  for (let node = panel; node && node !== document.body; node = parentOf(node)) {
    const siblings = node instanceof Element ? (node.parentNode?.children ?? []) : []
    outsiders.push(...[...siblings].filter((sibling) => sibling !== node && !sibling.inert))
  }
  return outsiders
}

function parentOf(node) {
  return node.parentNode ?? node.host
}

function rest(elements, until) {
  const { style } = document.documentElement
  const { overflow } = style
  for (const element of elements) element.inert = true
  style.overflow = "hidden"

  until.addEventListener("abort", () => {
    for (const element of elements) element.inert = false
    style.overflow = overflow
  })
}

define("flux-chat-panel", ChatPanelElement)
