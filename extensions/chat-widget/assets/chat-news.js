// While a person is awaited and the chat is closed: asks what has come, and shows it at the
// launcher. Loaded only then.

import { copyShape, field, find, localeOf } from "./chat-dom.js"
import { loadLook } from "./chat-look.js"
import { Consent, FluxChatStorage, StorageFallback } from "./chat-storage.js"
import { askDirectly, pause, postJson, readAnswer, Refused, Watchdog } from "./chat-transport.js"

// Past the shop's proxy an answer may take its time; through it, none is held.
const WAIT_SECONDS = 50
const PATIENCE_MS = 60_000
const EVERY_MS = 8_000
const MOST_MISSES = 2
const EXPIRED = 401

/** Until `signal` aborts, or nobody is awaited any more. */
export async function watchNews(host, signal) {
  const consent = new Consent()
  const fallback = new StorageFallback(consent)
  const storage = new FluxChatStorage(host.getAttribute("shop"), fallback, consent)

  await storage.open(signal)
  const sessionId = storage.getSessionId()
  const source = new NewsSource(host.getAttribute("endpoint"), sessionId)
  const show = new Preview(host, storage, signal)
  if (sessionId) await watch(source, show, signal).catch(() => {})
}

/** Throws when `signal` aborts, or there is nothing to ask any more. */
async function watch(source, show, signal) {
  for (let isWaiting = true; isWaiting; ) {
    await untilVisible(signal)
    const news = await source.ask(show.seen, signal)
    signal.throwIfAborted()
    isWaiting = !news || news.waiting
    if (news) await show.news(news)
  }
}

async function untilVisible(signal) {
  while (document.hidden) await pause(PATIENCE_MS, signal)
}

/** The shopper's news: from one answer through the proxy on, directly where that is possible. */
export class NewsSource {
  #endpoint
  #sessionId
  #direct = null
  #last = 0
  #misses = 0
  #hasAsked = false

  constructor(endpoint, sessionId) {
    this.#endpoint = endpoint.replace(/\/+$/, "")
    this.#sessionId = sessionId
  }

  /** Past `seen`, the last message that was seen; null when there is no telling. */
  async ask(seen, signal) {
    const direct = this.#direct
    this.#direct = null
    try {
      const answer = direct ? this.#wait(direct, seen, signal) : this.#glance(seen, signal)
      return this.#take(await answer, direct)
    } catch (error) {
      await this.#rest(error, direct, signal)
      return null
    }
  }

  #take(news, direct) {
    this.#last = news.last
    this.#misses = direct ? 0 : this.#misses
    this.#direct = this.#misses < MOST_MISSES ? (direct ?? news.direct) : null
    return news
  }

  async #glance(seen, signal) {
    if (this.#hasAsked) await pause(EVERY_MS, signal)
    this.#hasAsked = true
    const fields = { sessionId: this.#sessionId, after: seen }
    return postJson(`${this.#endpoint}/news`, fields, { signal })
  }

  /** Nobody waits on a page that nobody sees. */
  async #wait(direct, seen, signal) {
    const watchdog = new Watchdog(signal)
    const hide = () => watchdog.release()
    document.addEventListener("visibilitychange", hide, { signal: watchdog.signal })
    watchdog.expectWithin(PATIENCE_MS)

    try {
      const question = { after: seen, last: this.#last, wait: WAIT_SECONDS }
      return await readAnswer(await askDirectly(direct, question, watchdog.signal))
    } finally {
      watchdog.release()
    }
  }

  async #rest(error, direct, signal) {
    signal.throwIfAborted()
    if (error instanceof Refused && !error.retry && !direct) throw error
    if (document.hidden) return

    if (error.status === EXPIRED) this.#hasAsked = false
    else if (direct) this.#misses += 1
    if (!direct) await pause(Math.max(EVERY_MS, (error.retryAfter || 0) * 1000), signal)
  }
}

/** The count at the launcher, and how the newest message begins, until it is put away. */
class Preview {
  #host
  #root
  #storage
  #format
  #shown = 0
  #count = 0

  constructor(host, storage, signal) {
    this.#host = host
    this.#root = host.shadowRoot
    this.#storage = storage
    this.#format = new Intl.NumberFormat(localeOf(host))
    signal.addEventListener("abort", () => this.#remove())
  }

  get seen() {
    return this.#places[0]
  }

  async news({ unread, last, waiting, preview }) {
    if (!waiting && !unread) this.#storage.opening = ""
    if (preview) await loadLook(this.#root, "news-look")
    if (unread !== this.#count) this.#tell(unread)
    if (!preview) return this.#remove()

    const isNew = last > Math.max(this.#shown, this.#places[1])
    this.#shown = last
    if (isNew) this.#draw(preview, last)
  }

  #tell(count) {
    const detail = { count, number: this.#format.format(count) }
    this.#count = count
    this.#host.dispatchEvent(new CustomEvent("flux-chat:receive", { detail }))
  }

  #draw({ text, author }, last) {
    const preview = copyShape(this.#root, "preview")
    if (author) field(preview, "author").textContent = author
    field(preview, "text").textContent = text

    find(preview, "preview-open").addEventListener("click", () => this.#open())
    find(preview, "preview-close").addEventListener("click", () => this.#dismiss(last))
    this.#remove()
    find(this.#root, "launcher").before(preview)
  }

  #open() {
    this.#remove()
    find(this.#root, "launcher").click()
  }

  /** Also on the pages after this one. */
  #dismiss(last) {
    this.#storage.opening = `${this.seen} ${last}`
    this.#remove()
    find(this.#root, "launcher").focus()
  }

  #remove() {
    find(this.#root, "preview")?.remove()
  }

  /** Of the last message that was seen, and of the last preview that was put away. */
  get #places() {
    const [seen, dismissed] = this.#storage.opening.split(" ").map(Number)
    return [seen || 0, dismissed || 0]
  }
}
