// Reads a text/event-stream body as a sequence of { id, name, data }. Calls `heard` for every sign of life.

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

// Older Safari cannot iterate a ReadableStream directly.
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
