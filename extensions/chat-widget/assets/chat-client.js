// The storefront contract: each endpoint is one method. Session ids travel in bodies, never in addresses.

import { TurnFollower } from "./chat-follow.js"
import { postJson } from "./chat-http.js"

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

  #post(path, fields, signal) {
    return postJson(`${this.#endpoint}/${path}`, fields, { signal })
  }
}
