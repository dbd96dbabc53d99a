// One turn, drawn as it happens. What it came to is known when its events have ended.

const GOING = new Set(["queued", "running"])

export function isGoing(turn) {
  return GOING.has(turn?.status)
}

export class Turn {
  #transcript
  #said
  #isGoing

  /** The reply as a message, once there is one. */
  reply = null
  /** Its code, and whether to try again. */
  failure = null

  constructor(turn, transcript) {
    this.#transcript = transcript
    this.#said = turn.text ?? ""
    this.#isGoing = isGoing(turn)
    if (this.#isGoing) transcript.reply(this.#said)
  }

  async follow(events) {
    for await (const event of events) this.#hear[event.name]?.(event)
    // Stopped, or taken over by a person, before the first word: nobody is typing any more.
    if (this.#isGoing && !this.#said) this.#transcript.reply(null)
  }

  // Names that are not here belong to newer back ends.
  #hear = {
    text: ({ data: { at, text } }) => this.#say(this.#said.slice(0, at) + text + this.#said.slice(at + text.length)),
    restart: () => this.#say(""),
    finished: ({ data: { message } }) => {
      this.reply = { ...message, role: "assistant", text: this.#said, at: new Date().toISOString(), status: "answered" }
    },
    failed: ({ data: { code, retry } }) => {
      this.failure = { code, retry }
    },
  }

  /** What a failed turn had said is among the messages already. */
  #say(text) {
    this.#said = text
    if (this.#isGoing) this.#transcript.reply(text)
  }
}
