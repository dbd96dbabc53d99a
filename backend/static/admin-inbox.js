// The conversation's page: the messages that scroll, saved replies at a click with what to check in them, and sending
// by keyboard.

const NEAR_END = 48

// <talk-log>: shows its end when it is opened and when something is added, unless somebody has scrolled back.
class TalkLogElement extends HTMLElement {
  #listening
  #isAtEnd = true

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController())
    this.addEventListener("scroll", () => this.#notice(), { signal, passive: true })
    document.addEventListener("page:refresh", () => this.#isAtEnd && this.#toEnd(), { signal })
    requestAnimationFrame(() => this.#isAddressed || this.#toEnd())
  }

  disconnectedCallback() {
    this.#listening.abort()
  }

  // The address names one of its messages, which is shown instead.
  get #isAddressed() {
    return this.contains(document.getElementById(location.hash.slice(1)))
  }

  #notice() {
    this.#isAtEnd = this.scrollHeight - this.scrollTop - this.clientHeight < NEAR_END
  }

  #toEnd() {
    this.scrollTop = this.scrollHeight
  }
}

customElements.get("talk-log") ?? customElements.define("talk-log", TalkLogElement)

// data-inserts="words" data-into="id of a field": after what has been typed already.
addEventListener("click", (event) => {
  const { inserts, into } = event.target.closest?.("[data-inserts]")?.dataset ?? {}
  if (!inserts) return
  const field = document.getElementById(into)
  field.value = [field.value.trimEnd(), inserts].filter(Boolean).join("\n\n")
  field.dispatchEvent(new Event("input", { bubbles: true }))
  event.target.closest("s-popover")?.hideOverlay?.()
  field.focus()
})

// <reply-check field="id" from="id">: of what stands there, says aloud that whose sentence is in the field.
class ReplyCheckElement extends HTMLElement {
  #listening

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController())
    document.addEventListener("input", () => this.#look(), { signal })
    document.addEventListener("page:refresh", () => this.#look(), { signal })
    // A draft is put back just after the page was.
    requestAnimationFrame(() => this.#look())
  }

  disconnectedCallback() {
    this.#listening.abort()
  }

  // What stands there already stays, so that it is read aloud once.
  #look() {
    const [status, wanted] = [this.firstElementChild, this.#wanted()]
    for (const shown of [...status.children]) if (!wanted.delete(shown.dataset.sentence)) shown.remove()
    for (const told of wanted.values()) status.append(told.cloneNode(true))
  }

  #wanted() {
    const [field, list] = ["field", "from"].map((name) => document.getElementById(this.getAttribute(name)))
    if (!field || !list) return new Map()
    const found = [...list.children].filter((told) => field.value?.includes(told.dataset.sentence))
    return new Map(found.map((told) => [told.dataset.sentence, told]))
  }
}

customElements.get("reply-check") ?? customElements.define("reply-check", ReplyCheckElement)

// Alone, Enter begins a new line: answers to customers are often more than one.
addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey) || event.isComposing) return
  const form = event.target.closest?.("form[data-sends-on-enter]")
  if (!form) return
  event.preventDefault()
  form.requestSubmit()
})
