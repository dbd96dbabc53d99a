// What the menu offers. Loaded when somebody opens it, because few people ever do.

import { OwnLinks } from "./chat-links.js"
import { Messages } from "./chat-messages.js"
import { calendarFor, field, hear, localeOf, find } from "./chat-dom.js"
import { Sheets } from "./chat-sheets.js"

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
    else this.#sheets.show(choice)
  }

  #whenAsked = {
    "reset:confirm": ({ erase }) => this.#reset(erase),
    "chats:load": () => this.#list(),
    "chats:choose": ({ id }) => this.#reopen(id),
    "sheet:cancel": () => this.#cancel(),
  }

  async #reset(erase) {
    const asking = this.#sheets.top
    try {
      await this.#conversation.reset(erase)
      this.#sheets.leave()
      this.#panel.takeFocus()
    } catch {
      asking.tellProblem()
    }
  }

  /** Without what is not acknowledged: nobody can say whether it will be. */
  async #download() {
    try {
      const sessionId = this.#storage.getSessionId()
      const messages = await this.#client.messages(sessionId, this.#signal)
      const today = new Date().toISOString().slice(0, 10)
      download(`chat-${today}.html`, pageOf(this.#panel, messages))
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

  async #reopen(id) {
    const list = this.#sheets.top
    try {
      const { sessionId } = await this.#client.reopen(id, this.#signal)
      this.#storage.changeSession(sessionId)
      this.#sheets.leave()
      this.#panel.takeFocus()
    } catch {
      list.tellProblem()
    }
  }

  #cancel() {
    this.#sheets.leave()
    find(this.#panel, "menu").focus()
  }
}

/** An HTML file that needs nothing else. */
function pageOf(panel, messages) {
  const { host } = panel.getRootNode()
  const clock = calendarFor(localeOf(host))
  const links = new OwnLinks(location.href, host.getAttribute("hosts").split(" "))
  const paper = document.importNode(find(panel, "paper").content, true)

  const shapes = find(panel, "transcript")
  const list = new Messages(field(paper, "messages"), { shapes, links, clock })
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
