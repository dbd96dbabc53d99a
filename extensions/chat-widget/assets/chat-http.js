// Asks the back end through the shop's app proxy, and tells apart what can go wrong.

import { Watchdog } from "./chat-watchdog.js"

const PATIENCE_MS = 30_000

/** No connection, no answer in time, or somebody else's answer, such as a captive portal's page. */
export class Unreachable extends Error {}

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
    if (error instanceof Refused || signal?.aborted) throw error
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
  return response.headers.get("Content-Type")?.startsWith(type) ?? false
}

async function readAnswer(response) {
  if (!hasType(response, "application/json")) throw new Unreachable()

  const answer = await response.json()
  if (!response.ok) throw new Refused(answer.error, Number(response.headers.get("Retry-After")))
  return answer
}
