// The settings' own elements: rows that can be added and removed, hours of the week, the chat as it would look, and what
// becomes of a form that was refused.

const FIELDS = "[name], s-select"

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
    this.#rows.replaceChildren(...values.map(() => this.#blank()))
    ;[...this.#rows.children].forEach((row, number) => (row.value = values[number]))
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
    return this.querySelector("[data-part=rows]")
  }

  // The save bar compares the form when something in it changes.
  #tell() {
    this.dispatchEvent(new Event("change", { bubbles: true }))
  }
}

// <chat-preview for="form">: shows what stands in the form's fields, before it is saved.
class ChatPreviewElement extends HTMLElement {
  #listening

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController())
    const form = document.getElementById(this.getAttribute("for"))
    for (const name of ["input", "change"]) form.addEventListener(name, () => this.#show(form), { signal })
    form.addEventListener("reset", () => queueMicrotask(() => this.#show(form)), { signal })
  }

  disconnectedCallback() {
    this.#listening.abort()
  }

  #show(form) {
    const chosen = new FormData(form)
    for (const part of this.querySelectorAll("[data-shows]")) {
      const text = String(chosen.get(part.dataset.shows) ?? "").trim()
      part.textContent = text || part.dataset.otherwise
    }
    for (const sample of this.querySelectorAll("[data-tone]")) sample.hidden = sample.dataset.tone !== chosen.get("tone")
  }
}

// <refused-form>: around what a refused form is told. It leads to the first field that is wrong, else stays at the words;
// keeps the save bar, whose Discard leads to what is stored and not to what was refused.
class RefusedFormElement extends HTMLElement {
  #listening

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController())
    this.tabIndex = -1
    this.closest("form").addEventListener("reset", () => this.#part("stored").click(), { signal })
    // After whoever has put the page in place has chosen a focus, and the save bar knows the form.
    queueMicrotask(() => (document.querySelector("main :is([error]:not([error='']), [data-error])") ?? this).focus())
    setTimeout(() => this.#keepSaveBar())
  }

  disconnectedCallback() {
    this.#listening.abort()
  }

  #keepSaveBar() {
    this.#part("unsaved").value = "yes"
    this.dispatchEvent(new Event("change", { bubbles: true }))
  }

  #part(name) {
    return this.querySelector(`[data-part=${name}]`)
  }
}

// <hours-span name value="9:00–17:00">: two selects that are one field. Times that are not in the page's list stay.
class HoursSpanElement extends HTMLElement {
  static formAssociated = true

  #internals = this.attachInternals()
  #listening

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController())
    if (!this.querySelector("s-option")) this.value = this.getAttribute("value")
    this.#tell()
    this.addEventListener("change", () => this.#tell(), { signal })
  }

  disconnectedCallback() {
    this.#listening.abort()
  }

  get value() {
    return this.#selects.map((select) => select.value).join("–")
  }

  set value(text) {
    const times = text.split("–")
    this.#selects.forEach((select, number) => choose(select, times[number]))
    this.#tell()
  }

  formResetCallback() {
    this.value = this.getAttribute("value")
  }

  get #selects() {
    return ["from", "until"].map((name) => this.querySelector(`[data-part=${name}]`))
  }

  #tell() {
    this.#internals.setFormValue(this.value)
  }
}

function choose(select, time) {
  select.replaceChildren(document.getElementById("times").content.cloneNode(true))
  if (![...select.children].some((option) => option.getAttribute("value") === time)) select.prepend(optionOf(time))
  select.value = time
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
customElements.get("hours-span") ?? customElements.define("hours-span", HoursSpanElement)
customElements.get("week-hours") ?? customElements.define("week-hours", WeekHoursElement)
customElements.get("row-list") ?? customElements.define("row-list", RowListElement)
customElements.get("chat-preview") ?? customElements.define("chat-preview", ChatPreviewElement)
