// What the menu offers, and where it asks: <flux-chat-reset> and <flux-chat-earlier>.
// Loaded when somebody opens the menu: few people ever do.

import { calendarFor, clockFor, define, field, find, hear, localeOf, say } from "./chat-dom.js"
import { OwnLinks } from "./chat-links.js"
import { Messages } from "./chat-messages.js"

const BEHIND = ["header", "transcript", "composer"]

export class MenuActions {
  #panel
  #client
  #storage
  #conversation
  #sheets
  #signal

  constructor(panel, { client, storage, conversation, signal }) {
    this.#panel = panel
    this.#client = client
    this.#storage = storage
    this.#conversation = conversation
    this.#sheets = new Sheets(panel)
    this.#signal = signal
    hear(panel, this.#whenAsked, signal)
  }

  choose(choice) {
    if (choice === "copy") this.#download()
    else if (choice === "person") say(this.#panel, "person:want")
    else this.#sheets.show(choice)
  }

  #whenAsked = {
    "reset:confirm": ({ erase }) => this.#try(() => this.#reset(erase)),
    "chats:load": () => this.#list(),
    "chats:choose": ({ id }) => this.#reopen(id),
    "sheet:cancel": () => this.#cancel(),
  }

  /** What is put away, and not deleted, may have helped. */
  async #reset(erase) {
    const before = this.#conversation.state
    await this.#conversation.reset(erase)
    if (!erase) this.#conversation.note("rating:ask", before)
  }

  /** Without what is not acknowledged: nobody can say whether it will be. */
  async #download() {
    try {
      const sessionId = this.#storage.getSessionId()
      const messages = await this.#client.messages(sessionId, this.#signal)
      const { drawPart } = await import("./chat-order.js")
      const today = new Date().toISOString().slice(0, 10)
      download(`chat-${today}.html`, pageOf(this.#panel, messages, drawPart))
    } catch {
      this.#conversation.fail("store_unavailable")
    }
  }

  async #list() {
    const list = this.#sheets.top
    try {
      const { conversations } = await this.#client.conversations(this.#signal)
      list.show(conversations)
    } catch {
      list.tellProblem()
    }
  }

  #reopen(id) {
    return this.#try(async () => {
      const { sessionId } = await this.#client.reopen(id, this.#signal)
      this.#storage.changeSession(sessionId)
    })
  }

  /** The sheet goes when that is done, or says that it could not be. */
  async #try(act) {
    const sheet = this.#sheets.top
    try {
      await act()
      this.#sheets.leave()
      this.#panel.takeFocus()
    } catch {
      sheet.tellProblem()
    }
  }

  #cancel() {
    this.#sheets.leave()
    find(this.#panel, "menu").focus()
  }
}

/** An HTML file that needs nothing else. */
function pageOf(panel, messages, drawOrder) {
  const { host } = panel.getRootNode()
  const clock = calendarFor(localeOf(host))
  const links = new OwnLinks(location.href, host.getAttribute("hosts").split(" "))
  const paper = document.importNode(find(panel, "paper").content, true)

  const shapes = find(panel, "transcript")
  const list = new Messages(field(paper, "messages"), { shapes, links, clock, paper: drawOrder })
  list.show(messages)
  field(paper, "at").textContent = clock(Date.now())

  const page = document.implementation.createHTMLDocument(field(paper, "title").textContent)
  Object.assign(page.documentElement, { lang: host.lang, dir: host.dir })
  page.head.append(...paper.querySelectorAll("meta, style"))
  page.body.append(paper.querySelector("main"))
  return new XMLSerializer().serializeToString(page)
}

function download(name, text) {
  const href = URL.createObjectURL(new Blob([text], { type: "text/html" }))
  Object.assign(document.createElement("a"), { href, download: name }).click()
  // The browser reads it after this, in its own time.
  setTimeout(() => URL.revokeObjectURL(href), 60_000)
}

/** What lies over the panel, one at a time, while all else in it rests. */
class Sheets {
  #panel
  top = null

  constructor(panel) {
    this.#panel = panel
  }

  show(name) {
    this.#rest(true)
    this.top = find(this.#panel, name)
    this.top.ask()
  }

  leave() {
    this.#rest(false)
    if (this.top) this.top.hidden = true
    this.top = null
  }

  #rest(isResting) {
    for (const name of BEHIND) find(this.#panel, name).inert = isResting
  }
}

class ChatResetElement extends HTMLElement {
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
    const erase = find(this, "erase")?.checked ?? this.hasAttribute("erases")
    say(this, "reset:confirm", { erase })
  }

  #cancel = () => say(this, "sheet:cancel")

  #cancelOnEscape = (event) => {
    if (event.key !== "Escape") return

    event.stopPropagation()
    this.#cancel()
  }
}

define("flux-chat-reset", ChatResetElement)

class ChatEarlierElement extends HTMLElement {
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
    const items = conversations.map((conversation) => this.#item(conversation))
    find(this, "chats-list").replaceChildren(...items)
  }

  tellProblem() {
    const problem = find(this, "chats-problem")
    this.#tell("")
    problem.textContent = problem.dataset.words
  }

  #item({ id, line, open, activeAt }) {
    const shape = find(this, "chats-item").content.firstElementChild
    const item = document.importNode(shape, true)

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
