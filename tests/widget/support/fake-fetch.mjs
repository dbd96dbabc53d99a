// The network in a test's hand: each call is remembered, and the road of its address answers.

import { setImmediate } from "node:timers/promises"

export class FakeNetwork {
  calls = []
  #roads

  /** `roads` maps a part of an address to a function that answers { body, headers } or never. */
  constructor(roads) {
    this.#roads = roads
    globalThis.fetch = (url, options) => this.#fetch(String(url), options)
  }

  /** What was asked, in short: `stream`, `poll` or `direct`. */
  get transports() {
    return this.calls.map(({ url, body }) => {
      if (url.includes("/stream/")) return "direct"
      return body?.as ? "stream" : "poll"
    })
  }

  async #fetch(url, { body, headers, signal } = {}) {
    const call = { url, headers, body: body && JSON.parse(body) }
    this.calls.push(call)
    const isFor = (name) => this.transports.at(-1) === name || url.endsWith(name)
    const road = this.#roads[Object.keys(this.#roads).find(isFor)]

    const answer = await Promise.race([road(call), aborted(signal)])
    return typeof answer === "function" ? answer(signal) : answer
  }
}

function aborted(signal) {
  return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)))
}

export function json(answer, { status = 200, headers = {} } = {}) {
  const described = { "Content-Type": "application/json", ...headers }
  return new Response(JSON.stringify(answer), { status, headers: described })
}

export function html() {
  return new Response("<h1>Free Wi-Fi</h1>", { headers: { "Content-Type": "text/html" } })
}

/** A stream of events that stays open. `null` instead of a block cuts it. */
export function sse(...blocks) {
  const rest = [": padding\n\n", ...blocks]

  return (signal) => {
    const body = new ReadableStream({
      start: (controller) => {
        signal?.addEventListener("abort", () => controller.error(signal.reason))
      },
      pull: (controller) => {
        const block = rest.shift()
        if (block === null) controller.error(new TypeError("cut"))
        return block ? controller.enqueue(new TextEncoder().encode(block)) : never()
      },
    })
    return new Response(body, { headers: { "Content-Type": "text/event-stream; charset=utf-8" } })
  }
}

export function event(id, name, data) {
  return `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}

export function never() {
  return new Promise(() => {})
}

export function directToken(at) {
  return `${Buffer.from(JSON.stringify({ at })).toString("base64url")}.signature`
}

/** Until everything has happened that needs no time. */
export async function settled() {
  for (let round = 0; round < 50; round += 1) await setImmediate()
}
