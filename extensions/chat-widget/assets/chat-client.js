// The storefront contract: each endpoint is one method; session ids never travel in addresses.
// And whether anybody answers, which says `connection:change`.

import { NotOurs, pause, postJson, Refused } from "./chat-http.js"
import { learnLinks } from "./chat-links.js"
import { TurnFollower } from "./chat-transport.js"

const PAGE = 100

const FIRST_PAUSE_MS = 400
const LONGEST_PAUSE_MS = 30_000
// One page instead of an answer is a stumble; after the second, nobody of ours is there.
const MOST_PAGES = 2

const MOST_URL = 2_000
const MOST_TITLE = 1_000
// What shows nothing; the last few are blank, although Unicode counts them as letters or signs.
const UNSEEN =
  /^[\p{White_Space}\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\ufffc\ufffd\u{1d159}\u{13441}\u{13442}\u{16fe4}]*$/u

export class ChatClient {
  #endpoint
  #follower

  constructor(endpoint, connection, memory) {
    this.#endpoint = endpoint.replace(/\/+$/, "")
    this.#follower = new TurnFollower(this.#endpoint, connection, memory)
  }

  send(message, signal) {
    return this.#post("chat", message, signal)
  }

  history(question, signal) {
    return this.#post("history", question, signal)
  }

  /** All of them, oldest first. */
  async messages(sessionId, signal) {
    const messages = []
    for (let more = true; more; ) {
      const page = await this.history({ sessionId, before: messages[0]?.seq, limit: PAGE }, signal)
      messages.unshift(...page.messages)
      more = page.more && page.messages.length > 0
    }
    return messages
  }

  conversations(signal) {
    return this.#post("conversations", {}, signal)
  }

  reopen(conversationId, signal) {
    return this.#post(`conversations/${encodeURIComponent(conversationId)}/open`, {}, signal)
  }

  reset(sessionId, erase, signal) {
    return this.#post("reset", { sessionId, erase }, signal)
  }

  stop(sessionId, turnId, signal) {
    return this.#post(`turns/${encodeURIComponent(turnId)}/stop`, { sessionId }, signal)
  }

  retry(sessionId, turnId, signal) {
    return this.#post(`turns/${encodeURIComponent(turnId)}/retry`, { sessionId }, signal)
  }

  follow(sessionId, turn, signal) {
    return this.#follower.follow(sessionId, turn, signal)
  }

  async #post(path, fields, signal) {
    const answer = await postJson(`${this.#endpoint}/${path}`, fields, { signal })
    learnLinks(answer.links)
    return answer
  }
}

export class Connection extends EventTarget {
  #failures = 0
  #pages = 0
  /** `offline`, or the code of a refusal that will pass; null when all is well. */
  trouble = null

  constructor(signal) {
    super()
    globalThis.addEventListener?.("offline", () => this.#tell("offline"), { signal })
    globalThis.addEventListener?.("online", () => this.#failures || this.#tell(null), { signal })
  }

  reached() {
    this.#failures = this.#pages = 0
    this.#tell(null)
  }

  /** Somebody asks for it: what was given up is tried again. */
  hope() {
    this.#pages = 0
  }

  /** Repeat `attempt` until there is an answer, or a refusal that repeating cannot change. */
  async insist(attempt, signal) {
    for (;;) {
      try {
        this.#refuseHopeless()
        const answer = await attempt()
        this.reached()
        return answer
      } catch (error) {
        await this.pauseAfter(error, signal)
      }
    }
  }

  /** Longer after each failure. Throws the error when there is no point in another try. */
  async pauseAfter(error, signal) {
    if (signal.aborted || (error instanceof Refused && !error.retry)) throw error

    if (error instanceof NotOurs) this.#pages += 1
    if (error instanceof Refused) this.#pages = 0
    this.#refuseHopeless()
    this.#failures += 1
    this.#tell(error instanceof Refused ? error.code : "offline")
    await pause(Math.max(this.#length(), (error.retryAfter || 0) * 1000), signal)
  }

  /** Where there is no chat, nothing more is asked until the next page. */
  #refuseHopeless() {
    if (this.#pages < MOST_PAGES) return

    this.#tell(null)
    throw new Refused({ code: "unavailable", retry: false })
  }

  #length() {
    const longest = Math.min(FIRST_PAUSE_MS * 2 ** this.#failures, LONGEST_PAUSE_MS)
    return longest * (0.5 + Math.random() / 2)
  }

  #tell(trouble) {
    if (trouble === this.trouble) return

    this.trouble = trouble
    this.dispatchEvent(new Event("connection:change"))
  }
}

export function isBlank(text) {
  return UNSEEN.test(text)
}

/** Themes put anything anywhere, and none of it may cost the shopper the message. */
export function describePage(host) {
  const { origin, pathname } = location
  const productId = (isOfProduct(host) && host.getAttribute("product-id")) || undefined
  const page = { url: cut(origin + pathname, MOST_URL), title: cut(document.title, MOST_TITLE), productId }
  return { page, locale: host.getAttribute("locale") || undefined }
}

/** Themes that change pages by script may keep this element. */
function isOfProduct(host) {
  const { origin, pathname } = location
  try {
    return new URL(host.getAttribute("product-path") ?? pathname, origin).pathname === pathname
  } catch {
    return false
  }
}

/** Without halves of characters. An element named `title` hides the document's own. */
function cut(text, most) {
  return typeof text === "string" ? text.slice(0, most).replace(/\p{Cs}/gu, "") : undefined
}
