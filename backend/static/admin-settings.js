// The settings' own elements: rows that can be added and removed, hours of the week, the chat as it would look, and what
// becomes of a form that was refused.

const FIELDS = "[name], s-select"
const OURS = { "X-Requested-With": "fetch" }

const part = (element, name) => element.querySelector(`[data-part=${name}]`)

// <row-list>: a <template> with a blank row, rows, and buttons with data-row="add" and, in each row, data-row="remove".
class RowListElement extends HTMLElement {
  #listening

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController())
    const stored = [...this.#rows.children]
    this.addEventListener("click", this.#act, { signal })
    this.closest("form").addEventListener("reset", () => this.#rows.replaceChildren(...stored), { signal })
  }

  disconnectedCallback() {
    this.#listening.abort()
  }

  #act = (event) => {
    const { row } = event.target.closest("[data-row]")?.dataset ?? {}
    if (row === "add") this.#add()
    if (row === "remove") this.#remove(event.target.closest("[data-part=row]"))
  }

  // As many rows as there are values, for rows that are one field.
  fill(values) {
    const rows = values.map(() => this.#blank())
    rows.forEach((row, number) => row.setAttribute("value", values[number]))
    this.#rows.replaceChildren(...rows)
    this.#tell()
  }

  #add() {
    const row = this.#blank()
    this.#rows.append(row)
    row.querySelector(FIELDS).focus()
    this.#tell()
  }

  #remove(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling
    row.remove()
    const other = next?.querySelector(FIELDS) ?? this.querySelector("[data-row=add]")
    other.focus()
    this.#tell()
  }

  #blank() {
    return this.querySelector("template").content.firstElementChild.cloneNode(true)
  }

  get #rows() {
    return part(this, "rows")
  }

  // The save bar compares the form when something in it changes.
  #tell() {
    this.dispatchEvent(new Event("change", { bubbles: true }))
  }
}

// The latest that are told with a question, the shopper's first; the server takes no more.
const MOST_SAID = 39

// <chat-preview for="form">: the chat as a page of the store in that language has it with what stands in the form, before
// it is saved; and a talk with the assistant as it would be then.
class ChatPreviewElement extends HTMLElement {
  #listening
  #said = []

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController())
    for (const name of ["input", "change"]) this.#form.addEventListener(name, this.#show, { signal })
    this.#form.addEventListener("reset", () => queueMicrotask(this.#show), { signal })
    part(this, "language").addEventListener("change", this.#show, { signal })
    part(this, "ask").addEventListener("submit", this.#ask, { signal })
    part(this, "again").addEventListener("click", this.#startOver, { signal })
    this.#show()
  }

  disconnectedCallback() {
    this.#listening.abort()
  }

  get #form() {
    return document.getElementById(this.getAttribute("for"))
  }

  get #language() {
    const select = part(this, "language")
    return select.value || select.getAttribute("value")
  }

  #show = () => {
    const typed = new FormData(this.#form)
    const words = this.#words()
    const languages = listed(typed.get("languages"))
    part(this, "chat").dir = words.direction
    part(this, "title").textContent = trimmed(typed.get("assistant_name")) || words.title
    part(this, "kind").textContent = words.kind
    part(this, "greeting").textContent = greetingIn(this.#language, typed) || words.greeting
    part(this, "languages").textContent = words.languages.replace("{languages}", languages)
    part(this, "languages").hidden = !languages
  }

  // The chat's own; a language that it does not speak has those of its first one.
  #words() {
    const known = (tag) => this.querySelector(`[data-words="${tag}"]`)
    const found = known(this.#language) ?? known(this.#language.split("-")[0]) ?? known("en")
    return found.dataset
  }

  #ask = async (event) => {
    event.preventDefault()
    const field = part(this, "message")
    const message = field.value.trim()
    if (!message || this.ariaBusy === "true") return

    const asked = part(this, "asked").content.firstElementChild.cloneNode(true)
    asked.textContent = message
    this.#add(asked)
    field.value = ""
    this.#wait(true)
    this.#add(await this.#answer(message))
    this.#wait(false)
  }

  // What was not answered was not said.
  async #answer(message) {
    const body = new URLSearchParams(new FormData(this.#form))
    body.append("locale", this.#language)
    for (const text of [...this.#said, message].slice(-MOST_SAID)) body.append("said", text)
    try {
      const { signal } = this.#listening
      const response = await fetch(part(this, "ask").getAttribute("action"), { method: "POST", body, headers: OURS, signal })
      const page = new DOMParser().parseFromString(await response.text(), "text/html")
      const reply = page.querySelector("li")
      if (response.ok) this.#said.push(message, reply.dataset.said)
      return document.adoptNode(reply)
    } catch {
      return part(this, "problem").content.firstElementChild.cloneNode(true)
    }
  }

  #add(line) {
    part(this, "said").append(line)
    line.scrollIntoView({ block: "nearest" })
  }

  #wait(isWaiting) {
    const typing = part(this, "typing")
    this.ariaBusy = String(isWaiting)
    typing.textContent = isWaiting ? typing.dataset.words : ""
  }

  #startOver = () => {
    this.#said = []
    part(this, "said").replaceChildren()
    part(this, "message").focus()
  }
}

const trimmed = (text) => String(text ?? "").trim()

const listed = (text) => trimmed(text).split(/[,;،、\n]/).map(trimmed).filter(Boolean).join(", ")

// As the theme chooses: the page's language, the same without its region, then the one for all.
function greetingIn(language, typed) {
  const texts = typed.getAll("greeting").map(trimmed)
  const own = (tag) => texts[typed.getAll("greeting_language").indexOf(tag)]
  return own(language) || own(language.split("-")[0]) || trimmed(typed.get("welcome"))
}

// <refused-form>: around what a refused form is told. It leads to the first field that is wrong, else stays at the words;
// keeps the save bar, whose Discard leads to what is stored and not to what was refused.
class RefusedFormElement extends HTMLElement {
  #listening

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController())
    this.tabIndex = -1
    // Once the save bar has heard of it, too: it would keep whoever leaves with something unsaved.
    const leave = () => setTimeout(() => part(this, "stored").click())
    this.closest("form").addEventListener("reset", leave, { signal })
    // After whoever has put the page in place has chosen a focus, and the save bar knows the form.
    queueMicrotask(() => (document.querySelector("main :is([error]:not([error='']), [data-error])") ?? this).focus())
    setTimeout(() => this.#keepSaveBar())
  }

  disconnectedCallback() {
    this.#listening.abort()
  }

  #keepSaveBar() {
    part(this, "unsaved").value = "yes"
    this.dispatchEvent(new Event("change", { bubbles: true }))
  }
}

// <option-list>: a select, and its options in a <template>: hundreds at once, where one by one would take long.
class OptionListElement extends HTMLElement {
  connectedCallback() {
    const select = this.querySelector("s-select")
    if (!select.childElementCount) select.append(this.querySelector("template").content.cloneNode(true))
  }
}

// <hours-span name value="9:00–17:00">: two selects that are one field. Times that are not in the page's list stay.
class HoursSpanElement extends HTMLElement {
  static formAssociated = true

  #internals = this.attachInternals()
  #listening

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController())
    if (!this.querySelector("s-option")) this.#choose(this.getAttribute("value").split("–"))
    this.addEventListener("change", () => this.#internals.setFormValue(this.value), { signal })
  }

  disconnectedCallback() {
    this.#listening.abort()
  }

  get value() {
    return this.#selects.map((select) => select.value).join("–")
  }

  // The selects are fields themselves, and go back by themselves.
  formResetCallback() {
    this.#internals.setFormValue(this.getAttribute("value"))
  }

  get #selects() {
    return ["from", "until"].map((name) => part(this, name))
  }

  // By attributes: a new row's selects are no more than their markup yet.
  #choose(times) {
    this.#selects.forEach((select, number) => offer(select, times[number]))
    this.#internals.setFormValue(this.getAttribute("value"))
  }
}

function offer(select, time) {
  select.append(document.getElementById("times").content.cloneNode(true))
  if (![...select.children].some((option) => option.getAttribute("value") === time)) select.prepend(optionOf(time))
  select.setAttribute("value", time)
}

function optionOf(time) {
  const option = document.createElement("s-option")
  option.setAttribute("value", time)
  option.textContent = time
  return option
}

// <week-hours>: days of hours; a button with data-hours="copy" gives its day's hours to every other one.
class WeekHoursElement extends HTMLElement {
  #listening

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController())
    this.addEventListener("click", this.#copy, { signal })
  }

  disconnectedCallback() {
    this.#listening.abort()
  }

  #copy = (event) => {
    const source = event.target.closest("[data-hours=copy]")?.closest("[data-part=day]")
    if (!source) return
    const values = [...source.querySelectorAll("hours-span")].map((span) => span.value)
    for (const day of this.querySelectorAll("[data-part=day]")) if (day !== source) day.fill(values)
  }
}

customElements.get("refused-form") ?? customElements.define("refused-form", RefusedFormElement)
customElements.get("option-list") ?? customElements.define("option-list", OptionListElement)
customElements.get("hours-span") ?? customElements.define("hours-span", HoursSpanElement)
customElements.get("week-hours") ?? customElements.define("week-hours", WeekHoursElement)
customElements.get("row-list") ?? customElements.define("row-list", RowListElement)
customElements.get("chat-preview") ?? customElements.define("chat-preview", ChatPreviewElement)
