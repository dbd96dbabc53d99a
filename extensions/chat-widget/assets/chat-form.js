// <flux-chat-form>: what is asked now, below the messages. Says `form:answer`, and `chat:send` for
// what is as good as a message. Its desk sends the answers and shows what has become of them.

import { describePage } from "./chat-client.js"
import { copyShape, define, field, find, hear, problemWords, say } from "./chat-dom.js"
import { Attempts, drawSoFar, FormField } from "./chat-form-pieces.js"
import { loadLook } from "./chat-look.js"
import { Refused } from "./chat-transport.js"

const CONFLICT = 409
const desks = new WeakMap()

/** As the conversation has it. `flow` begins a form instead. */
export function showForm(panel, means, flow) {
  if (!desks.has(means)) desks.set(means, new FormDesk(panel, means))
  const desk = desks.get(means)
  return flow ? desk.begin(flow) : desk.show()
}

class FormDesk {
  #panel
  #conversation
  #attempts = new Attempts()
  #form = null
  #isSending = false

  constructor(panel, { conversation, signal }) {
    this.#panel = panel
    this.#conversation = conversation
    hear(panel, { "form:answer": (answer) => this.#answer(answer) }, signal)
    signal.addEventListener("abort", () => this.#put(null))
  }

  async show() {
    const shapes = this.#shapes
    if (this.#conversation.state.form) await loadLook(shapes, "form-look")
    const asked = this.#conversation.state.form
    if (!asked) return this.#end()

    if (this.#form?.run !== asked.run) this.#put(copyShape(shapes, "form"))
    const news = this.#form.show(asked, this.#isSending)
    if (news) this.#tell(news)
  }

  /** Tapped twice, it begins once. */
  async begin(flow) {
    if (this.#isSending) return

    try {
      await this.#send({ flow })
    } catch (error) {
      this.#conversation.fail(error instanceof Refused ? error.code : "store_unavailable")
    }
  }

  async #answer(answer) {
    if (this.#isSending) return

    const form = this.#form
    form.isBusy = true
    form.tell("")
    try {
      await this.#send(answer)
    } catch (error) {
      form.isBusy = false
      if (error.fields) this.#tell(form.tellProblems(error.fields))
      else form.tell(this.#wordsOf(error))
    }
  }

  async #send(answer) {
    this.#isSending = true
    const about = describePage(this.#panel.getRootNode().host)
    try {
      await this.#conversation.answerForm({ ...this.#attempts.of(answer), ...about })
      this.#attempts.forget()
    } finally {
      this.#isSending = false
    }
  }

  #wordsOf({ status, code }) {
    const { unsent, elsewhere } = this.#form.dataset
    if (status === CONFLICT) return elsewhere
    return code && code !== "invalid" ? problemWords(this.#panel, code) : unsent
  }

  #end() {
    const hadFocus = this.#form?.matches(":focus-within")
    this.#put(null)
    if (hadFocus) this.#panel.takeFocus()
  }

  #put(form) {
    const place = find(this.#panel, "form")
    this.#form = form
    place.hidden = !form
    place.replaceChildren(...(form ? [form] : []))
  }

  #tell(words) {
    find(this.#panel, "form-news").textContent = words
  }

  get #shapes() {
    return find(this.#panel, "transcript")
  }
}

class ChatFormElement extends HTMLElement {
  #listening
  #asked = null
  #fields = []
  #isBusy = false

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController())
    this.addEventListener("submit", this.#submit, { signal })
    this.addEventListener("click", this.#click, { signal })
    this.addEventListener("keydown", this.#goOnOnEscape, { signal })
  }

  disconnectedCallback() {
    this.#listening.abort()
  }

  get run() {
    return this.#asked?.run
  }

  set isBusy(isBusy) {
    this.#isBusy = isBusy
    for (const button of this.querySelectorAll("button")) button.ariaDisabled = isBusy
  }

  /** What was typed stays while the same is asked. Returns what is to be read out. */
  show(asked, isBusy) {
    const before = this.#asked
    const hadFocus = this.matches(":focus-within")
    const isSame = before?.revision === asked.revision

    this.#asked = asked
    if (!isSame) this.#draw()
    this.#drawSoFar(before)
    for (const each of this.#fields) each.offer(asked.values[each.name])
    this.isBusy = isBusy || asked.busy
    if (isSame) return ""

    this.#comeIntoSight()
    if (hadFocus) field(this, "title").focus({ preventScroll: true })
    return before && !hadFocus ? asked.title : ""
  }

  /** About all of it. */
  tell(problem) {
    field(this, "problem").textContent = problem
  }

  /** Each at its field. Returns what is to be read out. */
  tellProblems(problems) {
    const known = new Set(this.#fields.map((each) => each.name))
    for (const each of this.#fields) each.tell(problems[each.name] ?? "")

    const others = Object.keys(problems).filter((name) => !known.has(name))
    this.tell(others.map((name) => problems[name]).join(" "))
    this.#fields.find((each) => each.name in problems)?.focus()
    return Object.values(problems).join(" ")
  }

  #draw() {
    const shapes = this.closest('[data-part="transcript"]')
    const { title, step, fields, actions } = this.#asked
    const submit = field(this, "submit")

    this.#fields = fields.map((each) => new FormField(each, shapes))
    field(this, "title").textContent = title
    field(this, "fields").replaceChildren(...this.#fields.map(({ element }) => element))
    if (field(this, "problem").textContent !== this.dataset.elsewhere) this.tell("")
    submit.textContent = submit.dataset[step === "confirm" ? "confirm" : "send"]
    // What has no field is answered in words.
    submit.hidden = !fields.length && step !== "confirm"
    for (const name of ["back", "cancel"]) this.#button(name).hidden = !actions.includes(name)
    this.#doubt(false)
  }

  /** With a message it comes masked, and from the history whole. */
  #drawSoFar(before) {
    const place = field(this, "so-far")
    if (wordsOf(before) === wordsOf(this.#asked) || place.matches(":focus-within")) return

    const shapes = this.closest('[data-part="transcript"]')
    place.replaceChildren(...drawSoFar(this.#asked, shapes))
  }

  /** The beginning of what is taller than the chat. */
  #comeIntoSight() {
    const scroller = this.closest('[data-part="scroller"]')
    const { top, height } = this.getBoundingClientRect()
    const above = scroller.getBoundingClientRect().top
    if (height > scroller.clientHeight) scroller.scrollBy(0, top - above)
  }

  #submit = (event) => {
    event.preventDefault()
    if (this.#isBusy) return

    const missing = this.#fields.filter(({ isMissing }) => isMissing)
    const problems = missing.map(({ name }) => [name, this.dataset.missing])
    this.tellProblems(Object.fromEntries(problems))
    if (!missing.length) this.#send()
  }

  #send() {
    const { step } = this.#asked
    const long = this.#fields.find(({ isLong }) => isLong)
    const given = this.#fields.map(({ name, value }) => [name, value])
    const values = step === "confirm" ? { confirm: "yes" } : Object.fromEntries(given)

    if (!long) return this.#say("answer", step, values)
    this.isBusy = true
    say(this, "chat:send", { text: long.value })
    long.value = ""
  }

  #say(action, step, values = {}) {
    const { run, revision } = this.#asked
    say(this, "form:answer", { run, revision, action, step, values })
  }

  #click = (event) => {
    const { action, step } = event.target.closest("button")?.dataset ?? {}
    if (!action) return

    // The transcript would move the focus; here it has its place.
    event.stopPropagation()
    if (this.#isBusy) return
    if (action === "cancel") this.#doubt(true)
    if (action === "cancel-no") this.#goOn()
    if (action === "cancel-yes") this.#say("cancel", this.#asked.step)
    if (action === "back") this.#say("back", this.#asked.step)
    if (action === "change") this.#say("change", step)
  }

  #goOnOnEscape = (event) => {
    if (event.key !== "Escape" || field(this, "doubt").hidden) return

    event.stopPropagation()
    this.#goOn()
  }

  #goOn() {
    this.#doubt(false)
    this.#button("cancel").focus()
  }

  /** Nothing is given up by a single tap. */
  #doubt(isOpen) {
    field(this, "doubt").hidden = !isOpen
    this.#button("cancel").ariaExpanded = isOpen
    if (isOpen) this.#button("cancel-no").focus()
  }

  #button(action) {
    return this.querySelector(`[data-action="${action}"]`)
  }
}

function wordsOf(asked) {
  const { run, revision, items, total, summary } = asked ?? {}
  return JSON.stringify([run, revision, items, total, summary])
}

define("flux-chat-form", ChatFormElement)
