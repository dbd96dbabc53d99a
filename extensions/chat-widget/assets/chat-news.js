// While a person is awaited and the chat is closed: asks what has come, and shows it at the
// launcher. Loaded only then.

import { copyShape, field, find, localeOf } from "./chat-dom.js"
import { loadLook } from "./chat-look.js"
import { Consent, FluxChatStorage, StorageFallback } from "./chat-storage.js"
import { askDirectly, hasType, pause, postJson, readEvents, Refused } from "./chat-transport.js"
import { Watchdog } from "./chat-transport.js"

// Between two questions through the shop's proxy, where nothing gets past it.
const EVERY_MS = 8_000
// A stream begins at once, and shows a sign of life every 25 seconds.
const FIRST_BYTES_MS = 8_000
const HEARTBEAT_MS = 40_000
const MOST_MISSES = 2

/** Until `signal` aborts, or nobody is awaited any more. */
export async function watchNews(host, signal) {
  const consent = new Consent()
  const fallback = new StorageFallback(consent)
  const storage = new FluxChatStorage(host.getAttribute("shop"), fallback, consent)

  await storage.open(signal)
  const sessionId = storage.getSessionId()
  const source = new NewsSource(host.getAttribute("endpoint"), sessionId)
  const preview = new Preview(host, storage, signal)
  if (sessionId) await watch(source, preview, signal).catch(() => {})
}

/** Throws when `signal` aborts, or there is nothing to ask any more. */
async function watch(source, preview, signal) {
  for await (const news of source.follow(() => preview.seen, signal)) {
    signal.throwIfAborted()
    await preview.show(news)
  }
}

/** What came: first through the shop's proxy, then past it, where that is possible. */
export class NewsSource {
  #endpoint
  #sessionId
  #misses = 0

  constructor(endpoint, sessionId) {
    this.#endpoint = endpoint.replace(/\/+$/, "")
    this.#sessionId = sessionId
  }

  /** Until nobody is awaited. `findSeen` tells the last message that the shopper has seen. */
  async *follow(findSeen, signal) {
    for (let isFirst = true, isWaiting = true; isWaiting; isFirst = false) {
      if (!isFirst) await pause(EVERY_MS, signal)
      while (document.hidden) await pause(HEARTBEAT_MS, signal)

      const seen = findSeen()
      const glance = await this.#glance(seen, signal)
      if (!glance) continue
      yield glance

      isWaiting = glance.waiting
      const isTried = glance.direct && this.#misses < MOST_MISSES
      for await (const news of isTried ? this.#stream(glance, seen, signal) : []) {
        yield news
        isWaiting = news.waiting
      }
    }
  }

  /** Null when there is no telling. */
  async #glance(seen, signal) {
    const question = { sessionId: this.#sessionId, after: seen }
    try {
      return await postJson(`${this.#endpoint}/news`, question, { signal })
    } catch (error) {
      if (signal.aborted || (error instanceof Refused && !error.retry)) throw error
      return null
    }
  }

  /** Nobody listens on a page that nobody sees. */
  async *#stream({ direct, last }, seen, signal) {
    const watchdog = new Watchdog(signal)
    const hide = () => watchdog.release()
    document.addEventListener("visibilitychange", hide, { signal: watchdog.signal })
    this.#misses += 1

    try {
      watchdog.expectWithin(FIRST_BYTES_MS)
      const response = await askDirectly(direct, { after: seen, last }, watchdog.signal)
      if (!hasType(response, "text/event-stream")) return
      for await (const { data } of readEvents(response.body, () => this.#hear(watchdog))) yield data
    } catch {
      signal.throwIfAborted()
      // Somebody on the way holds it back.
      if (watchdog.expired) this.#misses = MOST_MISSES
    } finally {
      watchdog.release()
    }
  }

  #hear(watchdog) {
    this.#misses = 0
    watchdog.expectWithin(HEARTBEAT_MS)
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

  async show({ unread, last, waiting, preview }) {
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
