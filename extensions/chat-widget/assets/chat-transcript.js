// <flux-chat-transcript>: what was said, and the reply that is being written.
// Says `chat:send` for a suggested question, `history:want`, `retry:want`, and `mode:change` with { mode }.

import { OwnLinks } from "./chat-links.js"
import { Messages } from "./chat-messages.js"
import { clockFor, define, localeOf, part, problemWords, say } from "./chat-parts.js"
import { GrowingReply } from "./chat-prose.js"

const NEAR_PX = 64
// Screen readers look at a live region some time after its change.
const SILENCE_MS = 200

export class ChatTranscriptElement extends HTMLElement {
  #listening
  #messages
  #reply
  #silence = 0
  #mode = "assistant"
  #isAtEnd = true
  #top = 0
  #isWaiting = false

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController())
    const { host } = this.getRootNode()
    const links = new OwnLinks(location.href, host.getAttribute("hosts").split(" "))
    const clock = clockFor(localeOf(host))

    this.#messages = new Messages(part(this, "messages"), { shapes: this, links, clock })
    this.#reply = new GrowingReply(this, links, () => this.#keepEnd())
    const resizing = new ResizeObserver(() => this.#keepEnd())
    resizing.observe(this.#scroller)
    signal.addEventListener("abort", () => resizing.disconnect())
    this.addEventListener("click", this.#click, { signal })
    this.#scroller.addEventListener("scroll", this.#scroll, { signal, passive: true })
  }

  disconnectedCallback() {
    this.#listening.abort()
  }

  /** A page of history, of which nothing is read out. */
  begin({ messages, more, isOver }) {
    this.#quietly(() => {
      this.#messages.clear()
      messages.forEach((message) => this.#messages.put(message))
    })
    this.#offerEarlier(more)
    part(this, "over").hidden = !isOver
    this.#reply.show(null)
    this.showEnd()
  }

  /** What is being read stays where it is. */
  earlier(messages, more) {
    const fromEnd = this.#scroller.scrollHeight - this.#scroller.scrollTop
    this.#quietly(() => messages.forEach((message) => this.#messages.put(message)))
    this.#offerEarlier(more)
    this.#scroller.scrollTop = this.#scroller.scrollHeight - fromEnd
  }

  put(message) {
    this.#messages.put(message)
    this.#keepEnd()
  }

  withdraw(after, messages) {
    this.#messages.withdraw(after, messages)
    this.#keepEnd()
  }

  pend(entry) {
    this.#messages.pend(entry)
    this.showEnd()
  }

  acknowledge(messageId, message) {
    this.#messages.acknowledge(messageId, message)
  }

  refuse(messageId) {
    this.#messages.refuse(messageId)
  }

  drop(messageId) {
    this.#messages.drop(messageId)
    this.#keepEnd()
  }

  reply(text) {
    this.#reply.show(text)
  }

  /** Null when all is well again. */
  fail(failure) {
    const problem = part(this, "problem")
    problem.hidden = !failure
    part(problem, "retry").hidden = !failure?.retry
    part(problem, "problem-words").textContent = failure ? problemWords(this, failure.code) : ""
    if (failure) this.showEnd()
  }

  /** Who answers: `assistant`, `staff`, or nobody when it is `closed`. */
  tellMode(mode) {
    if (mode === this.#mode) return

    const closed = part(this, "closed")
    this.#mode = mode
    // It speaks of the assistant alone.
    part(this, "notice").hidden = mode === "staff"
    closed.textContent = mode === "closed" ? closed.dataset.words : ""
    say(this, "mode:change", { mode })
    this.#keepEnd()
  }

  showEnd() {
    this.#isAtEnd = true
    this.#keepEnd()
  }

  /** The end stays in sight for whoever is there. */
  #keepEnd() {
    const { isEmpty } = this.#messages
    part(this, "welcome").hidden = !isEmpty
    // Before the first message the beginning counts: it says who answers.
    if (this.#isAtEnd && !isEmpty) this.#scroller.scrollTop = this.#scroller.scrollHeight
    part(this, "newest").hidden = this.#isAtEnd || isEmpty
  }

  #scroll = () => {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller
    // Whoever scrolls up a little wants to stay; near is enough for who comes down.
    this.#isAtEnd = scrollHeight - scrollTop - clientHeight < (scrollTop < this.#top ? 2 : NEAR_PX)
    this.#top = scrollTop
    part(this, "newest").hidden = this.#isAtEnd || this.#messages.isEmpty
    if (scrollTop < NEAR_PX) this.#wantEarlier()
  }

  #click = ({ target }) => {
    const button = target.closest("button")
    if (!button) return

    if (button.matches(".chat-question")) say(this, "chat:send", { text: button.textContent.trim() })
    if (button === part(this, "earlier")) this.#wantEarlier()
    if (button === part(this, "retry")) say(this, "retry:want")
    if (button === part(this, "newest")) this.showEnd()
    if (!button.getClientRects().length) part(this, "log").focus({ preventScroll: true })
  }

  #wantEarlier() {
    if (this.#isWaiting || part(this, "earlier").hidden) return

    this.#isWaiting = true
    say(this, "history:want")
  }

  #offerEarlier(more) {
    const button = part(this, "earlier")
    const hadFocus = button.matches(":focus")
    this.#isWaiting = false
    button.hidden = !more
    if (hadFocus && !more) part(this, "log").focus({ preventScroll: true })
  }

  #quietly(change) {
    const log = part(this, "log")
    log.setAttribute("aria-live", "off")
    change()
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => log.removeAttribute("aria-live"), SILENCE_MS)
  }

  get #scroller() {
    return part(this, "scroller")
  }
}

define("flux-chat-transcript", ChatTranscriptElement)
