// Calls to the back end through the shop's app proxy: what they need, and what can go wrong.

const PATIENCE_MS = 30_000
// While a server is started anew, an error page stands in its place.
const RESTART_SECONDS = 3
const PAGES = ["text/html", "application/xhtml+xml"]

/** No connection, no answer in time, or somebody else's answer. */
export class Unreachable extends Error {}

/** A page instead: the shop's password or "not found", an error of somebody on the way. */
export class NotOurs extends Unreachable {
  constructor({ status }) {
    super()
    this.retryAfter = status < 500 ? 0 : RESTART_SECONDS
  }
}

/** By the back end. `retry` tells whether the same call may succeed later. */
export class Refused extends Error {
  constructor({ code, retry }, retryAfter) {
    super(code)
    Object.assign(this, { code, retry, retryAfter })
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

export function post(url, body, options) {
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
  if (!response.ok) throw new Refused(answer.error, Number(response.headers.get("Retry-After")))
  return answer
}

/** Shorter when the network comes back or somebody looks at the page again. Throws when `signal` aborts. */
export async function pause(milliseconds, signal) {
  const over = new AbortController()
  const endings = [[globalThis, "online"], [globalThis.document, "visibilitychange"], [signal, "abort"]]

  await new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    over.signal.addEventListener("abort", () => clearTimeout(timer))
    for (const [target, name] of endings) target?.addEventListener?.(name, resolve, { signal: over.signal })
  })
  over.abort()
  signal.throwIfAborted()
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

  return { id: Number(fields.get("id")), name: fields.get("event"), data: JSON.parse(fields.get("data")) }
}

function parseField(line) {
  const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? []
  return name && [name, value]
}

/** What is under way in it ends with it, and that is no failure. */
export class AbortScope {
  #controller = new AbortController()

  get signal() {
    return this.#controller.signal
  }

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
  #timer = 0
  expired = false

  constructor(parent) {
    if (parent?.aborted) this.#controller.abort(parent.reason)
    parent?.addEventListener("abort", () => this.#controller.abort(parent.reason), { signal: this.signal })
  }

  get signal() {
    return this.#controller.signal
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
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, variant + hex.slice(17, 20), hex.slice(20)].join("-")
}
