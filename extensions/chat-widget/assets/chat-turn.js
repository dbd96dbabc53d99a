// One turn: followed over whatever gets through, and drawn as it happens.

import { hasType, pause, post, postJson, readEvents, Watchdog } from "./chat-http.js"

const WAYS = ["direct", "stream", "poll"]
const GOING = new Set(["queued", "running"])
const LAST_EVENTS = new Set(["finished", "failed", "stopped", "handed_over"])

// A stream begins at once, and shows a sign of life every ten seconds.
const FIRST_BYTES_MS = 4_000
const HEARTBEAT_MS = 15_000
export const POLL_SECONDS = 8
// A server that stops or makes room for another tab is not asked in a tight loop.
export const BREATH_MS = 500

export function isGoing(turn) {
  return GOING.has(turn?.status)
}

/** What a turn came to is known when its events have ended. */
export class Turn {
  #transcript
  #said
  #isGoing

  reply = null
  failure = null

  constructor(turn, transcript) {
    this.#transcript = transcript
    this.#said = turn.text ?? ""
    this.#isGoing = isGoing(turn)
    if (this.#isGoing) transcript.reply(this.#said)
  }

  async follow(events) {
    for await (const event of events) this.#hear[event.name]?.(event)
    // Stopped or taken over before the first word: nobody is typing any more.
    if (this.#isGoing && !this.#said) this.#transcript.reply(null)
  }

  // Names that are not here belong to newer back ends.
  #hear = {
    text: ({ data: { at, text } }) => this.#say(this.#said.slice(0, at) + text + this.#said.slice(at + text.length)),
    restart: () => this.#say(""),
    finished: ({ data: { message } }) => {
      this.reply = { ...message, role: "assistant", text: this.#said, at: new Date().toISOString(), status: "answered" }
    },
    failed: ({ data: { code, retry } }) => {
      this.failure = { code, retry }
    },
  }

  /** What a failed turn had said is among the messages already. */
  #say(text) {
    this.#said = text
    if (this.#isGoing) this.#transcript.reply(text)
  }
}

export class TurnFollower {
  #endpoint
  #connection
  #memory

  constructor(endpoint, connection, memory) {
    this.#endpoint = endpoint
    this.#connection = connection
    this.#memory = memory
  }

  /** Yield the events after `turn.next`, up to the last one if there is one. */
  async *follow(sessionId, turn, signal) {
    const place = { sessionId, id: turn.id, after: turn.next ?? 0, direct: turn.direct, ended: false }
    let way = this.#best()
    let misses = 0
    let cuts = 0
    let isFresh = Boolean(turn.direct)

    while (!place.ended) {
      const before = place.after
      try {
        // A direct token lasts two minutes: a poll brings a new one before each stream but the first.
        if (!isFresh || way === "poll") yield* this.#poll(way === "poll" ? POLL_SECONDS : 0, place, signal)
        isFresh = false
        if (way === "poll") this.#memory.way = way
        else if (!place.ended && !(yield* this.#stream(way, place, signal))) misses += 1

        // A way that has worked gets a second try: any network may stumble.
        if (misses > (way === this.#memory.way ? 1 : 0)) [way, misses] = [WAYS[WAYS.indexOf(way) + 1], 0]
        else if (!place.ended && (place.after === before || (way !== "poll" && cuts++ > 0))) await pause(BREATH_MS, signal)
      } catch (error) {
        await this.#connection.pauseAfter(error, signal)
        way = this.#best()
      }
    }
  }

  /** False when nothing came this way, or it fell silent. A mere cut is no fault of the way. */
  async *#stream(way, place, signal) {
    const watchdog = new Watchdog(signal)
    let isHeard = false
    const heard = () => {
      watchdog.expectWithin(HEARTBEAT_MS)
      if (isHeard) return

      isHeard = true
      this.#memory.way = way
      this.#connection.reached()
    }

    try {
      watchdog.expectWithin(FIRST_BYTES_MS)
      const response = await this.#ask(way, place, watchdog.signal)
      if (!hasType(response, "text/event-stream")) return false
      for await (const event of readEvents(response.body, heard)) yield* arrive(event, place)
      return isHeard
    } catch (error) {
      if (signal.aborted) throw error
      return isHeard && !watchdog.expired
    } finally {
      watchdog.release()
    }
  }

  #ask(way, { id, sessionId, after, direct }, signal) {
    if (way === "stream") return post(this.#turn(id), { sessionId, after, as: "stream" }, { signal })

    const address = new URL(addressIn(direct))
    address.searchParams.set("after", after)
    return fetch(address, { headers: { Authorization: `Bearer ${direct}` }, cache: "no-store", signal })
  }

  async *#poll(wait, place, signal) {
    const { sessionId, after } = place
    const answer = await postJson(this.#turn(place.id), { sessionId, after, wait }, { signal })
    this.#connection.reached()
    for (const event of answer.events) yield* arrive(event, place)

    place.direct = answer.direct
    place.ended ||= !isGoing(answer)
  }

  #turn(id) {
    return `${this.#endpoint}/turns/${encodeURIComponent(id)}`
  }

  #best() {
    return WAYS.find((way) => way === this.#memory.way) ?? WAYS[0]
  }
}

function* arrive(event, place) {
  if (event.id <= place.after) return

  place.after = event.id
  place.ended = LAST_EVENTS.has(event.name)
  yield event
}

/** A direct token begins with base64url of JSON, in which `at` is the address it is good for. */
function addressIn(token) {
  const said = token.slice(0, token.indexOf(".")).replaceAll("-", "+").replaceAll("_", "/")
  return JSON.parse(atob(said)).at
}
