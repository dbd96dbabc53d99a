// <flux-chat-transcript>: what was said, and the reply that is being written.
// Says `chat:send` for a suggested question, `history:want`, `retry:want` and `person:want`.

import { clockFor, define, find, localeOf, problemWords, say } from "./chat-dom.js"
import { OwnLinks } from "./chat-links.js"
import { Messages, StreamingReply } from "./chat-messages.js"
import { START } from "./chat-state.js"

const NEAR_PX = 64
// Screen readers look at a live region some time after its change.
const SILENCE_MS = 200

class ChatTranscriptElement extends HTMLElement {
  #listening
  #messages
  #reply
  #shown = START
  #silenced = 0
  #isAtEnd = true
  #top = 0
  #isWaiting = false

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController())
    const { host } = this.getRootNode()
    const links = new OwnLinks(location.href, host.getAttribute("hosts").split(" "))
    const clock = clockFor(localeOf(host))

    // What another conversation has left here goes with the first page of the next.
    this.#shown = { ...this.#shown, chapter: null }
    this.#messages = new Messages(find(this, "messages"), { shapes: this, links, clock })
    this.#reply = new StreamingReply(this, links, () => this.#keepEnd())
    const resizing = new ResizeObserver(() => this.#keepEnd())
    // Cards come when they have been loaded.
    const growing = ["log", "reply", "form"].map((name) => find(this, name))
    for (const place of [this.#scroller, ...growing]) resizing.observe(place)
    signal.addEventListener("abort", () => resizing.disconnect())
    this.addEventListener("click", this.#click, { signal })
    this.#scroller.addEventListener("scroll", this.#scroll, { signal, passive: true })
  }

  disconnectedCallback() {
    this.#listening.abort()
  }

  show(state) {
    const before = this.#shown
    this.#shown = state
    const isAnew = state.chapter !== before.chapter
    const hasChanged = (name) => isAnew || state[name] !== before[name]

    find(this, "over").hidden = !state.isOver
    this.#reply.show(state.reply)
    if (hasChanged("messages") || hasChanged("pending")) this.#showMessages(before, isAnew)
    if (hasChanged("failure")) this.#showFailure(state.failure)
    if (hasChanged("mode")) this.#showMode(state.mode)
  }

  /** Of a page of history nothing is read out. */
  #showMessages(before, isAnew) {
    const { messages, pending, more } = this.#shown
    const isEarlier = messages[0]?.seq < before.messages[0]?.seq
    const fromEnd = this.#scroller.scrollHeight - this.#scroller.scrollTop
    if (isAnew || pending.length > before.pending.length) this.#isAtEnd = true

    if (isAnew || isEarlier) this.#silence()
    if (isAnew) this.#messages.clear()
    this.#messages.show([...messages, ...pending])
    this.#offerEarlier(more)

    // What is being read stays where it is.
    if (isEarlier && !isAnew) this.#scroller.scrollTop = this.#scroller.scrollHeight - fromEnd
    else this.#keepEnd()
  }

  #showFailure(failure) {
    const problem = find(this, "problem")
    problem.hidden = !failure
    find(problem, "retry").hidden = !failure?.retry
    find(problem, "ask-person")?.toggleAttribute("hidden", !failure?.turnId)
    find(problem, "problem-words").textContent = failure ? problemWords(this, failure.code) : ""
    if (failure) this.showEnd()
  }

  /** Who answers: `assistant`, `staff`, or nobody when it is `closed`. */
  #showMode(mode) {
    const closed = find(this, "closed")
    // It speaks of the assistant alone.
    find(this, "notice").hidden = mode === "staff"
    closed.textContent = mode === "closed" ? closed.dataset.words : ""
    this.#keepEnd()
  }

  showEnd() {
    this.#isAtEnd = true
    this.#keepEnd()
  }

  /** The end stays in sight for whoever is there. */
  #keepEnd() {
    const { isEmpty } = this.#messages
    find(this, "welcome").hidden = !isEmpty
    // Before the first message the beginning counts: it says who answers.
    if (this.#isAtEnd && !isEmpty) this.#scroller.scrollTop = this.#scroller.scrollHeight
    find(this, "newest").hidden = this.#isAtEnd || isEmpty
  }

  #scroll = () => {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller
    // Whoever scrolls up a little wants to stay; near is enough for who comes down.
    const near = scrollTop < this.#top ? 2 : NEAR_PX
    this.#isAtEnd = scrollHeight - scrollTop - clientHeight < near
    this.#top = scrollTop
    find(this, "newest").hidden = this.#isAtEnd || this.#messages.isEmpty
    if (scrollTop < NEAR_PX) this.#wantEarlier()
  }

  #click = ({ target }) => {
    const button = target.closest("button")
    if (!button) return

    const text = button.textContent.trim()
    if (button.matches(".chat-question")) say(this, "chat:send", { text })
    if (button === find(this, "earlier")) this.#wantEarlier()
    if (button === find(this, "retry")) say(this, "retry:want")
    if (button === find(this, "newest")) this.showEnd()
    if (button.matches('[data-part="ask-person"]')) say(this, "person:want")
    if (!button.getClientRects().length) find(this, "log").focus({ preventScroll: true })
  }

  #wantEarlier() {
    if (this.#isWaiting || find(this, "earlier").hidden) return

    this.#isWaiting = true
    say(this, "history:want")
  }

  #offerEarlier(more) {
    const button = find(this, "earlier")
    const hadFocus = button.matches(":focus")
    this.#isWaiting = false
    button.hidden = !more
    if (hadFocus && !more) find(this, "log").focus({ preventScroll: true })
  }

  #silence() {
    const log = find(this, "log")
    log.setAttribute("aria-live", "off")
    clearTimeout(this.#silenced)
    this.#silenced = setTimeout(() => log.removeAttribute("aria-live"), SILENCE_MS)
  }

  get #scroller() {
    return find(this, "scroller")
  }
}

define("flux-chat-transcript", ChatTranscriptElement)
