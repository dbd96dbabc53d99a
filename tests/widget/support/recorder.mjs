// A transcript that only remembers what it was told to show.

export class RecordedTranscript {
  messages = new Map()
  pending = new Map()
  failure = null
  growing = null
  isOver = false
  mode = null

  begin({ messages, isOver }) {
    this.messages = new Map(messages.map((message) => [message.seq, message]))
    this.pending.clear()
    this.growing = null
    this.isOver = isOver
  }

  earlier(messages) {
    for (const message of messages) this.messages.set(message.seq, message)
  }

  put(message) {
    this.messages.set(message.seq, message)
  }

  withdraw(after, messages) {
    const left = new Set(messages.map(({ seq }) => seq))
    for (const seq of this.messages.keys()) if (seq > after && !left.has(seq)) this.messages.delete(seq)
  }

  pend({ messageId, message }) {
    this.pending.set(messageId, { text: message, status: "sending" })
  }

  acknowledge(messageId, { seq }) {
    const { text } = this.pending.get(messageId)
    this.pending.delete(messageId)
    this.messages.set(seq, { seq, role: "shopper", text, status: "saved" })
  }

  refuse(messageId) {
    this.pending.get(messageId).status = "unsent"
  }

  drop(messageId) {
    this.pending.delete(messageId)
  }

  reply(text) {
    this.growing = text
  }

  tellMode(mode) {
    this.mode = mode
  }

  fail(failure) {
    this.failure = failure
  }

  /** What a shopper would read, from top to bottom. */
  get lines() {
    const kept = [...this.messages.values()].sort((one, other) => one.seq - other.seq)
    return [...kept, ...this.pending.values()].map(({ text, status }) => `${text} (${status})`)
  }
}
