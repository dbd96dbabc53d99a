// What lies in the cart, for a person of the shop who is awaited or has the chat: told when it has
// changed, as long as somebody looks at the open chat.

// The news that the chat asks for are the clock; no more often than this the store is asked.
const LOOK_EVERY_MS = 10_000
// The server forgets it after half an hour.
const REPEAT_MS = 600_000
// As many as the server takes.
const MOST_LINES = 20
const MOST_TEXT = 255
const MOST_URL = 600

const shared = new WeakSet()

/** Once for a chat; its means are { client, conversation, signal }. */
export function shareCart(means) {
  const { conversation, signal } = means
  if (shared.has(conversation)) return

  shared.add(conversation)
  const cart = new SharedCart(means)
  conversation.addEventListener("state:change", () => cart.look(), { signal })
  cart.look()
}

class SharedCart {
  #means
  #lookedAt = 0
  #told = ""
  #toldAt = 0

  constructor(means) {
    this.#means = means
  }

  look() {
    const now = Date.now()
    if (!this.#isWanted() || now - this.#lookedAt < LOOK_EVERY_MS) return

    this.#lookedAt = now
    // What fails is tried again at the next look.
    this.#share(now).catch(() => {})
  }

  #isWanted() {
    const { waiting, isOpen, sessionId } = this.#means.conversation.state
    return waiting && isOpen && sessionId && !document.hidden
  }

  /** Another session does not know what this one was told. */
  async #share(now) {
    const { client, conversation, signal } = this.#means
    const { sessionId } = conversation.state
    const news = { sessionId, cart: describe(await read(signal)) }

    const words = JSON.stringify(news)
    if (words === this.#told && now - this.#toldAt < REPEAT_MS) return

    await client.tell("presence", news, signal)
    this.#told = words
    this.#toldAt = now
  }
}

/** As `cartRoot` of `chat-cart.js`; elsewhere than in a store there is none, and that throws. */
async function read(signal) {
  const headers = { Accept: "application/json" }
  const response = await fetch(`${Shopify.routes.root}cart.js`, { headers, signal })
  if (!response.ok) throw new Error(response.status)
  return response.json()
}

function describe({ items, total_price: total, currency }) {
  const lines = items.slice(0, MOST_LINES).map(describeLine)
  return { lines, more: items.length - lines.length, total, currency }
}

/** A line that is reduced has its own price beside that of the product. */
function describeLine(item) {
  const { quantity, url = "" } = item

  return {
    title: cut(item.product_title ?? item.title),
    variant: cut(item.variant_title),
    quantity,
    price: item.final_price ?? item.price,
    url: url.length > MOST_URL ? "" : url,
  }
}

/** Without halves of characters. */
function cut(text) {
  return (text ?? "").slice(0, MOST_TEXT).replace(/\p{Cs}/gu, "")
}
