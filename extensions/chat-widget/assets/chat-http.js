// Asks the back end through the shop's app proxy, and tells apart what can go wrong.

import { Watchdog } from "./chat-watchdog.js"

const PATIENCE_MS = 30_000
// What passes between a server's error page and its answers while it is started anew.
const RESTART_SECONDS = 3
const PAGES = ["text/html", "application/xhtml+xml"]

/** No connection, no answer in time, or somebody else's answer, such as a captive portal's page. */
export class Unreachable extends Error {}

/** A page instead of an answer: the shop's password page, its "not found", an error page of somebody on the way. */
export class NotOurs extends Unreachable {
  constructor({ status }) {
    super()
    this.retryAfter = status < 500 ? 0 : RESTART_SECONDS
  }
}

/** The back end's own refusal. `retry` tells whether the same call may succeed later. */
export class Refused extends Error {
  constructor({ code, retry }, retryAfter) {
    super(code)
    this.code = code
    this.retry = retry
    this.retryAfter = retryAfter
  }
}

export async function postJson(url, body, { signal, within = PATIENCE_MS } = {}) {
  const watchdog = new Watchdog(signal)
  watchdog.expectWithin(within)

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
