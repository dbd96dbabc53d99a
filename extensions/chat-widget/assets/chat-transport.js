// One turn's events, over whatever transport gets them through.

import { hasType, pause, post, postJson, readEvents, Watchdog } from "./chat-http.js"
import { isGoing } from "./chat-state.js"

const TRANSPORTS = ["direct", "stream", "poll"]
const LAST_EVENTS = new Set(["finished", "failed", "stopped", "handed_over"])

// A stream begins at once, and shows a sign of life every ten seconds.
const FIRST_BYTES_MS = 4_000
const HEARTBEAT_MS = 15_000
export const POLL_SECONDS = 8
// A server that stops or makes room for another tab is not asked in a tight loop.
export const BREATH_MS = 500

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
    const { id, direct } = turn
    const place = { sessionId, id, after: turn.next ?? 0, direct, ended: false }
    let transport = this.#best()
    let isFresh = Boolean(direct)
    let misses = 0
    let cuts = 0

    while (!place.ended) {
      const before = place.after
      const isPoll = transport === "poll"

      try {
        // A direct token lasts two minutes: a poll brings a new one before each later stream.
        if (!isFresh || isPoll) yield* this.#poll(isPoll ? POLL_SECONDS : 0, place, signal)
        isFresh = false
        if (isPoll) this.#memory.transport = transport
        else if (!place.ended && !(yield* this.#stream(transport, place, signal))) misses += 1

        // What has worked gets a second try: any network may stumble.
        const mostMisses = transport === this.#memory.transport ? 1 : 0
        if (misses > mostMisses) {
          transport = TRANSPORTS[TRANSPORTS.indexOf(transport) + 1]
          misses = 0
        } else if (!place.ended && (place.after === before || (!isPoll && cuts++ > 0))) {
          await pause(BREATH_MS, signal)
        }
      } catch (error) {
        await this.#connection.pauseAfter(error, signal)
        transport = this.#best()
      }
    }
  }

  /** False when nothing came, or it fell silent. A mere cut is no fault of the transport. */
  async *#stream(transport, place, signal) {
    const watchdog = new Watchdog(signal)
    let isHeard = false
    const heard = () => {
      watchdog.expectWithin(HEARTBEAT_MS)
      if (isHeard) return

      isHeard = true
      this.#memory.transport = transport
      this.#connection.reached()
    }

    try {
      watchdog.expectWithin(FIRST_BYTES_MS)
      const response = await this.#ask(transport, place, watchdog.signal)
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

  #ask(transport, { id, sessionId, after, direct }, signal) {
    if (transport === "stream") {
      return post(this.#turn(id), { sessionId, after, as: "stream" }, { signal })
    }

    const address = new URL(addressIn(direct))
    address.searchParams.set("after", after)
    const headers = { Authorization: `Bearer ${direct}` }
    return fetch(address, { headers, cache: "no-store", signal })
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
    const { transport } = this.#memory
    return TRANSPORTS.includes(transport) ? transport : TRANSPORTS[0]
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
