// Calls to the back end, and one turn's events over whatever transport gets them through.

import { isGoing } from "./chat-state.js"

const PATIENCE_MS = 30_000
// While a server is started anew, an error page stands in its place.
const RESTART_SECONDS = 3
const PAGES = ["text/html", "application/xhtml+xml"]

const FIRST_PAUSE_MS = 400
const LONGEST_PAUSE_MS = 30_000
// One page instead of an answer is a stumble; after the second, nobody of ours is there.
const MOST_PAGES = 2

const TRANSPORTS = ["direct", "stream", "poll"]
const LAST_EVENTS = new Set(["finished", "failed", "stopped", "handed_over"])

// A stream begins at once, and shows a sign of life every ten seconds.
const FIRST_BYTES_MS = 4_000
const HEARTBEAT_MS = 15_000
export const POLL_SECONDS = 8
// A server that stops or makes room for another tab is not asked in a tight loop.
export const BREATH_MS = 500

/** No connection, no answer in time, or somebody else's answer. */
export class Unreachable extends Error {}

/** A page instead: the shop's password or "not found", an error of somebody on the way. */
class NotOurs extends Unreachable {
  constructor({ status }) {
    super()
    this.retryAfter = status < 500 ? 0 : RESTART_SECONDS
  }
}

/** By the back end. `retry`: the same call may succeed later. `fields`: what is wrong, by name. */
export class Refused extends Error {
  constructor(error, more) {
    super(error.code)
    Object.assign(this, error, more)
  }
}

export async function postJson(url, body, { signal }) {
  const watchdog = new Watchdog(signal)
  watchdog.expectWithin(PATIENCE_MS)

  try {
    return await readAnswer(await post(url, body, { signal: watchdog.signal }))
  } catch (error) {
    if (error instanceof Refused || error instanceof NotOurs || signal?.aborted) throw error
    throw new Unreachable()
  } finally {
    watchdog.release()
  }
}

function post(url, body, options) {
  return fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
    cache: "no-store",
    ...options,
  })
}

export function hasType(response, type) {
  return response.headers.get("Content-Type")?.toLowerCase().startsWith(type) ?? false
}

async function readAnswer(response) {
  if (PAGES.some((type) => hasType(response, type))) throw new NotOurs(response)
  if (!hasType(response, "application/json")) throw new Unreachable()

  const answer = await response.json()
  const { status, headers } = response
  const retryAfter = Number(headers.get("Retry-After"))
  if (!response.ok) throw new Refused(answer.error, { status, retryAfter })
  return answer
}

/** Shorter when the network comes back or somebody looks again. Throws when `signal` aborts. */
export async function pause(milliseconds, signal) {
  const over = new AbortController()
  const endings = [
    [globalThis, "online"],
    [globalThis.document, "visibilitychange"],
    [signal, "abort"],
  ]

  await new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    over.signal.addEventListener("abort", () => clearTimeout(timer))
    for (const [target, name] of endings) {
      target?.addEventListener?.(name, resolve, { signal: over.signal })
    }
  })

  over.abort()
  signal.throwIfAborted()
}

/** Whether anybody answers. Says `connection:change`. */
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

/** Yield { id, name, data } of a text/event-stream. Calls `heard` for every sign of life. */
export async function* readEvents(body, heard = () => {}) {
  const decoder = new TextDecoder()
  let unread = ""

  for await (const bytes of chunksOf(body)) {
    heard()
    unread += decoder.decode(bytes, { stream: true })
    const blocks = unread.split("\n\n")
    unread = blocks.pop()
    yield* blocks.map(parseEvent).filter(Boolean)
  }
}

// Older Safari cannot iterate a ReadableStream.
async function* chunksOf(body) {
  const reader = body.getReader()

  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
  } finally {
    // Whoever has read enough lets go of the connection.
    reader.cancel().catch(() => {})
  }
}

function parseEvent(block) {
  const fields = new Map(block.split("\n").map(parseField).filter(Boolean))
  if (!fields.has("event")) return null

  const data = JSON.parse(fields.get("data"))
  return { id: Number(fields.get("id")), name: fields.get("event"), data }
}

function parseField(line) {
  const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? []
  return name && [name, value]
}

/** What is under way in it ends with it, and that is no failure. */
export class AbortScope {
  #controller = new AbortController()
  signal = this.#controller.signal

  end() {
    this.#controller.abort()
  }

  async run(work, giveUp) {
    try {
      this.signal.throwIfAborted()
      await work(this.signal)
    } catch (error) {
      if (!this.signal.aborted) await giveUp(error)
    }
  }
}

/** Aborts when its parent does, or nobody has said in time that all is well. */
export class Watchdog {
  #controller = new AbortController()
  signal = this.#controller.signal
  #timer = 0
  expired = false

  constructor(parent) {
    const abort = () => this.#controller.abort(parent.reason)
    if (parent?.aborted) abort()
    parent?.addEventListener("abort", abort, { signal: this.signal })
  }

  expectWithin(milliseconds) {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.expired = true
      this.#controller.abort()
    }, milliseconds)
  }

  release() {
    clearTimeout(this.#timer)
    this.#controller.abort()
  }
}

export function randomHex(bytes) {
  const drawn = crypto.getRandomValues(new Uint8Array(bytes))
  return Array.from(drawn, (byte) => byte.toString(16).padStart(2, "0")).join("")
}

export function randomUuid() {
  return crypto.randomUUID?.() ?? uuidFrom(randomHex(16))
}

/** Version 4. Pages without a secure context have no `randomUUID`. */
function uuidFrom(hex) {
  const variant = ((parseInt(hex[16], 16) & 0x3) | 0x8).toString(16)
  const version = `4${hex.slice(13, 16)}`
  const last = [version, variant + hex.slice(17, 20), hex.slice(20)]
  return [hex.slice(0, 8), hex.slice(8, 12), ...last].join("-")
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

    return askDirectly(direct, { after }, signal)
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

/** Past the shop's proxy. */
export function askDirectly(direct, question, signal) {
  const address = `${addressIn(direct)}?${new URLSearchParams(question)}`
  const headers = { Authorization: `Bearer ${direct}` }
  return fetch(address, { headers, cache: "no-store", signal })
}

/** A direct token begins with base64url of JSON, in which `at` is the address it is good for. */
function addressIn(token) {
  const said = token.slice(0, token.indexOf(".")).replaceAll("-", "+").replaceAll("_", "/")
  return JSON.parse(atob(said)).at
}
