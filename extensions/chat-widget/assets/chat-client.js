// The storefront contract: each endpoint is one method; session ids never travel in addresses.

import { learnLinks } from "./chat-links.js"
import { postJson, TurnFollower } from "./chat-transport.js"

const PAGE = 100

const MOST_URL = 2_000
const MOST_TITLE = 1_000
// What shows nothing; the last few are blank, although Unicode counts them as letters or signs.
const UNSEEN = new RegExp(
  "^[\\p{White_Space}\\p{Cc}\\p{Cf}\\p{Cs}\\p{Default_Ignorable_Code_Point}" +
    "\\p{Noncharacter_Code_Point}\u2800\ufffc\ufffd\u{1d159}\u{13441}\u{13442}\u{16fe4}]*$",
  "u",
)

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

  /** Of people, ratings and links, which few shoppers ever need. */
  tell(path, fields, signal) {
    return this.#post(path, fields, signal)
  }

  /** Taken as a message, with its text. */
  form(answer, signal) {
    return this.#post("form", answer, signal)
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

export function isBlank(text) {
  return UNSEEN.test(text)
}

/** Themes put anything anywhere, and none of it may cost the shopper the message. */
export function describePage(host) {
  const { origin, pathname } = location
  const url = cut(origin + pathname, MOST_URL)
  const page = { ...hintsOf(host), url, title: cut(document.title, MOST_TITLE) }

  return { page, locale: host.getAttribute("locale") || undefined }
}

/** Themes that change pages by script may keep this element. */
function hintsOf(host) {
  const { origin, pathname } = location
  try {
    const { pathname: own } = new URL(host.getAttribute("page-path"), origin)
    return own === pathname ? JSON.parse(host.getAttribute("page-hints")) : {}
  } catch {
    return {}
  }
}

/** Without halves of characters. An element named `title` hides the document's own. */
function cut(text, most) {
  return typeof text === "string" ? text.slice(0, most).replace(/\p{Cs}/gu, "") : undefined
}
