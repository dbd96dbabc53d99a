// One session: follows the turn at work, and polls for other news while somebody looks.
// Says `reply:begin`, `reply:end`, `message:receive`, `turn:fail` and `session:end`.

import { pause, Refused, Watchdog } from "./chat-http.js"
import { say } from "./chat-parts.js"
import { BREATH_MS, isGoing, POLL_SECONDS, Turn } from "./chat-turn.js"

// Known messages that are asked for again, because their states may have changed.
const RECENT = 10

export class Session extends EventTarget {
  #client
  #connection
  #transcript
  #life = new AbortController()
  #signal = this.#life.signal

  #turn = null
  #failedTurn = null
  #first = 0
  #last = 0
  #seen = 0
  #isCurrent = false
  #isHeld = true
  #isRunning = false
  #isWanted = false
  #poll = null
  #isClosed = false

  constructor(id, { client, connection, transcript }) {
    super()
    this.id = id
    this.#client = client
    this.#connection = connection
    this.#transcript = transcript
  }

  /** From the newest page, which has been drawn. */
  startFrom({ messages, turn, mode }) {
    this.#isClosed = mode === "closed"
    this.#first = messages[0]?.seq ?? 0
    this.#last = this.#seen = messages.at(-1)?.seq ?? 0
    this.#isCurrent = true
    this.#consider(turn)
  }

  expect(turn) {
    this.#isClosed = false
    this.#failedTurn = null
    if (isGoing(turn)) this.#turn ??= turn
    this.#run()
  }

  /** While a message is on its way: what a poll brings comes another way. */
  hold() {
    this.#isHeld = true
    this.#isCurrent = false
    this.#poll?.release()
  }

  /** Polls are made only while somebody looks; a turn is followed to its end. */
  release({ isWanted = this.#isWanted } = {}) {
    this.#isHeld = false
    this.#isWanted = isWanted
    this.#run()
  }

  end() {
    this.#life.abort()
  }

  async older() {
    const { messages, more } = await this.#ask({ sessionId: this.id, before: this.#first }, this.#signal)
    this.#first = messages[0]?.seq ?? this.#first
    this.#transcript.earlier(messages, more)
  }

  async stopTurn() {
    if (this.#turn) await this.#client.stop(this.id, this.#turn.id, this.#signal)
  }

  async #run() {
    if (this.#isRunning) return

    this.#isRunning = true
    try {
      const isListening = () => this.#isWanted && !this.#isHeld && !this.#isClosed
      while (this.#turn || isListening()) await (this.#turn ? this.#follow() : this.#listen())
    } catch (error) {
      if (!this.#signal.aborted) say(this, "session:end", error)
    }
    this.#isRunning = false
  }

  async #follow() {
    const turn = this.#turn
    const drawn = new Turn(turn, this.#transcript)
    if (isGoing(turn)) say(this, "reply:begin")

    try {
      await drawn.follow(this.#client.follow(this.id, turn, this.#signal))
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      // Reset in another tab, most likely: the history tells.
      await pause(BREATH_MS, this.#signal)
    }
    this.#turn = null
    this.#isCurrent = false
    this.#conclude(turn, drawn)
  }

  #conclude(turn, { reply, failure }) {
    if (reply) {
      this.#transcript.reply(null)
      this.#show(reply)
    }
    if (isGoing(turn)) say(this, "reply:end")
    if (failure || !isGoing(turn)) {
      this.#failedTurn = turn.id
      say(this, "turn:fail", { code: "interrupted", retry: true, ...failure, again: () => this.#retry(turn.id) })
    }
  }

  /** The history then brings the new attempt. */
  async #retry(turnId) {
    this.hold()
    try {
      await this.#connection.insist(() => this.#client.retry(this.id, turnId, this.#signal), this.#signal)
      this.#failedTurn = null
    } finally {
      this.release()
    }
  }

  /** Ask once: first for what may have changed, then for what is new. */
  async #listen() {
    const poll = (this.#poll = new Watchdog(this.#signal))
    const sessionId = this.id
    const question = this.#isCurrent
      ? { sessionId, after: this.#last, wait: POLL_SECONDS }
      : { sessionId, after: Math.max(0, this.#last - RECENT) }

    try {
      const found = await this.#ask(question, poll.signal)
      if (found.mode === null) throw new Refused({ code: "not_found", retry: false })
      if (!question.wait && !found.more) this.#transcript.withdraw(question.after, found.messages)
      const isNews = this.#take(found)
      if (question.wait && !isNews) await pause(BREATH_MS, poll.signal)
    } catch (error) {
      if (this.#signal.aborted || !poll.signal.aborted) throw error
    } finally {
      poll.release()
    }
  }

  #ask(question, signal) {
    return this.#connection.insist(() => this.#client.history(question, signal), signal)
  }

  #take({ messages, turn, more, mode }) {
    this.#isClosed = mode === "closed"
    this.#transcript.tellMode(mode)
    this.#transcript.reply(null)
    for (const message of messages) this.#show(message)
    this.#last = Math.max(this.#last, messages.at(-1)?.seq ?? 0)
    this.#isCurrent = !more
    this.#consider(turn)
    return messages.length > 0 || this.#turn !== null
  }

  #consider(turn) {
    const isKnown = turn?.id === this.#failedTurn
    if (!isKnown) this.#failedTurn = null
    if (isGoing(turn) && isKnown) this.#welcomeRetry()
    else if (isGoing(turn)) this.expect(turn)
    // Its last event says why it failed.
    else if (turn?.status === "failed" && !isKnown) this.#turn = { ...turn, next: Math.max(0, turn.next - 1) }
  }

  /** From another tab. The rest of the first attempt goes before the second is followed. */
  #welcomeRetry() {
    this.#isCurrent = false
    this.#failedTurn = null
    say(this, "turn:fail", null)
  }

  #show(message) {
    const isReceived = message.seq > this.#seen && message.role !== "shopper"
    this.#seen = Math.max(this.#seen, message.seq)
    this.#transcript.put(message)
    if (isReceived) say(this, "message:receive")
  }
}
