// The storefront contract: each endpoint is one method. Session ids travel in bodies, never in addresses.

import { TurnFollower } from "./chat-follow.js"
import { postJson } from "./chat-http.js"
import { learnLinks } from "./chat-links.js"

const PAGE = 100

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

  /** Every message of a session, oldest first. */
  async messages(sessionId, signal) {
    const messages = []
    for (let more = true; more; ) {
      const page = await this.history({ sessionId, before: messages[0]?.seq, limit: PAGE }, signal)
      messages.unshift(...page.messages)
      more = page.more && page.messages.length > 0
    }
    return messages
  }

  /** What a signed-in customer has said before, in this browser or another one. */
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
