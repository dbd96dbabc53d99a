// "Download this chat": the whole conversation as one page that needs nothing else, made in the shopper's own browser.

import { calendarFor, localeOf } from "./chat-clock.js"
import { OwnLinks } from "./chat-links.js"
import { Messages } from "./chat-messages.js"
import { field, part } from "./chat-parts.js"

/** The text of an HTML file. `panel` has the shapes and the words. */
export function pageOf(panel, messages) {
  const { host } = panel.getRootNode()
  const clock = calendarFor(localeOf(host))
  const links = new OwnLinks(location.href, host.getAttribute("hosts").split(" "))
  const paper = document.importNode(part(panel, "paper").content, true)

  const list = new Messages(field(paper, "messages"), { shapes: part(panel, "transcript"), links, clock })
  messages.forEach((message) => list.put(message))
  field(paper, "at").textContent = clock(Date.now())

  const page = document.implementation.createHTMLDocument(field(paper, "title").textContent)
  Object.assign(page.documentElement, { lang: host.lang, dir: host.dir })
  page.head.append(...paper.querySelectorAll("meta, style"))
  page.body.append(paper.querySelector("main"))
  return new XMLSerializer().serializeToString(page)
}

/** Let the browser keep a text as a file. */
export function download(name, text) {
  const href = URL.createObjectURL(new Blob([text], { type: "text/html" }))
  Object.assign(document.createElement("a"), { href, download: name }).click()
  // The browser reads it after this, and lets go of it in its own time.
  setTimeout(() => URL.revokeObjectURL(href), 60_000)
}
