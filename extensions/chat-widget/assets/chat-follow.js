// Follows a turn to its end over whatever gets through: the direct stream, a stream through the proxy, long polls.

import { pause } from "./chat-connection.js"
import { hasType, post, postJson } from "./chat-http.js"
import { readEvents } from "./chat-stream.js"
import { Watchdog } from "./chat-watchdog.js"

const WAYS = ["direct", "stream", "poll"]
const LAST_EVENTS = new Set(["finished", "failed", "stopped", "handed_over"])
const GOING = new Set(["queued", "running"])

// A stream that gets through begins at once, and then shows a sign of life every ten seconds.
const FIRST_BYTES_MS = 4_000
const HEARTBEAT_MS = 15_000
const POLL_SECONDS = 8
// Between two rounds that brought nothing, and after all cuts but the first, so that neither a server about to stop nor
// one that makes room for another tab is asked in a tight loop.
const BREATH_MS = 500

export class TurnFollower {
  #endpoint
  #connection
  #memory

  /** `memory` keeps the way that has worked, as `way`. */
  constructor(endpoint, connection, memory) {
    this.#endpoint = endpoint
    this.#connection = connection
    this.#memory = memory
  }

  /** Yield the events after `turn.next`. Ends without a last event when the turn has nothing more to tell. */
  async *follow(sessionId, turn, signal) {
    const place = { sessionId, id: turn.id, after: turn.next ?? 0, direct: turn.direct, ended: false }
    let way = this.#best()
    let misses = 0
    let cuts = 0
    let isFresh = Boolean(turn.direct)

    while (!place.ended) {
      const before = place.after
      try {
        // A direct token lasts two minutes, so a poll brings a new one before each stream but the first.
        if (!isFresh || way === "poll") yield* this.#poll(way === "poll" ? POLL_SECONDS : 0, place, signal)
        isFresh = false
        if (way === "poll") this.#memory.way = way
        else if (!place.ended && !(yield* this.#stream(way, place, signal))) misses += 1

        // A way that has worked gets a second try, because any network may stumble.
        if (misses > (way === this.#memory.way ? 1 : 0)) [way, misses] = [WAYS[WAYS.indexOf(way) + 1], 0]
        else if (!place.ended && (place.after === before || (way !== "poll" && cuts++ > 0))) await pause(BREATH_MS, signal)
      } catch (error) {
        await this.#connection.pauseAfter(error, signal)
        way = this.#best()
      }
    }
  }

  /** Returns false when nothing came this way, or when it fell silent. A mere cut is no fault of the way. */
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
    place.ended ||= !GOING.has(answer.status)
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

/** A direct token begins with what it says, as base64url of JSON; `at` is the address it is good for. */
function addressIn(token) {
  const said = token.slice(0, token.indexOf(".")).replaceAll("-", "+").replaceAll("_", "/")
  return JSON.parse(atob(said)).at
}
