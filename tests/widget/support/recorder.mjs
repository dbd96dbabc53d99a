// What a shopper would see of a conversation, read from its state.

export class RecordedTranscript {
  #conversation

  constructor(conversation) {
    this.#conversation = conversation
  }

  /** The messages, from top to bottom. */
  get lines() {
    const { messages, pending } = this.#conversation.state
    return [...messages, ...pending].map(({ text, status }) => `${text} (${status})`)
  }

  /** The words of the reply that is being written; null when none is. */
  get streaming() {
    return this.#conversation.state.reply?.text ?? null
  }

  get failure() {
    return this.#conversation.state.failure
  }

  get mode() {
    return this.#conversation.state.mode
  }

  get isOver() {
    return this.#conversation.state.isOver
  }
}
