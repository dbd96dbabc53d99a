// The inbox as a desk: what is ticked in the list, the pane of details on small screens, and everything by keyboard.

const SWITCH = "flux-chat-desk-keys"

// What the browser keeps for this page, where it may.
const kept = {
  read: () => {
    try {
      return localStorage.getItem(SWITCH)
    } catch {
      return null
    }
  },
  write: (value) => {
    try {
      localStorage.setItem(SWITCH, value)
    } catch {
      // For this page it holds all the same.
    }
  },
}

const pick = (selector) => document.querySelector(`main ${selector}`)

// <bulk-choice>: says how many are ticked, and shows what can be done with them.
class BulkChoiceElement extends HTMLElement {
  #listening

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController())
    this.addEventListener("change", () => this.#count(), { signal })
    document.addEventListener("page:refresh", () => this.#count(), { signal })
  }

  disconnectedCallback() {
    this.#listening.abort()
  }

  #count() {
    const number = this.querySelectorAll("[name=chosen]:checked").length
    this.querySelector("[data-part=bar]").hidden = !number
    for (const place of this.querySelectorAll("[data-many]")) {
      place.textContent = number === 1 ? place.dataset.one : place.dataset.many.replace("{number}", number)
    }
  }
}

// data-toggles="id": opens and closes what lies over the page on small screens.
addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-toggles]")
  if (!button) return
  const pane = document.getElementById(button.dataset.toggles)
  const isOpen = pane.classList.toggle("is-open")
  button.setAttribute("aria-expanded", String(isOpen))
  if (isOpen) pane.focus()
})

function closePane() {
  const button = pick("[data-toggles][aria-expanded=true]")
  if (!button) return false
  button.click()
  button.focus()
  return true
}

// data-submits: what is chosen is asked for at once.
addEventListener("change", (event) => {
  if (event.target.matches?.("[data-submits]")) event.target.closest("form").requestSubmit()
})

// A question is answered when its form is sent, whatever comes of it.
addEventListener("submit", (event) => event.target.closest?.("s-modal")?.hideOverlay?.())
addEventListener("submit", (event) => event.target.querySelector?.("s-modal")?.hideOverlay?.())

// <desk-keys>: the shortcuts of one key, which can be switched off; they never work while somebody writes, or while
// something lies over the page.
class DeskKeysElement extends HTMLElement {
  #listening
  #isOn = true

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController())
    const control = this.querySelector("[data-part=switch]")
    control.checked = this.#isOn = kept.read() !== "off"
    control.addEventListener("change", () => this.#turn(control.checked), { signal })
    document.addEventListener("keydown", (event) => this.#press(event), { signal })
  }

  disconnectedCallback() {
    this.#listening.abort()
  }

  #turn(isOn) {
    this.#isOn = isOn
    kept.write(isOn ? "on" : "off")
  }

  #press(event) {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === "Escape") return this.#escape(event)
    if (!this.#isOn || isWriting(event) || isCovered()) return
    const act = ACTS[event.key]
    if (act?.()) event.preventDefault()
  }

  #escape(event) {
    if (closePane()) return event.preventDefault()
    if (isWriting(event) && !isCovered()) innermost()?.blur()
  }
}

// A field may stand in the shadow of another element.
const innermost = () => {
  let active = document.activeElement
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement
  return active
}

const isWriting = (event) => {
  const [target] = event.composedPath()
  return target.matches?.("input, textarea, select, [contenteditable]") && target.type !== "checkbox"
}

const isCovered = () =>
  Boolean(document.querySelector("main :popover-open, dialog[open]")) ||
  [...document.querySelectorAll("main s-modal")].some((modal) => modal.shadowRoot?.querySelector("dialog[open]"))

const rows = () => [...document.querySelectorAll("#inbox-list .inbox-row")]

function step(by) {
  const all = rows()
  const here = all.findIndex((row) => row === document.activeElement)
  const start = here < 0 ? all.findIndex((row) => row.hasAttribute("aria-current")) : here
  const next = all[start < 0 ? 0 : start + by]
  next?.focus()
  return Boolean(next)
}

function write(name) {
  const composer = pick("desk-composer")
  composer?.show(name)
  const field = pick(name === "note" ? "#note" : "#reply")
  field?.focus()
  return Boolean(field)
}

function press(selector) {
  const button = pick(selector)
  button?.click()
  return Boolean(button)
}

function search() {
  const field = pick("#words")
  field?.focus()
  return Boolean(field)
}

function help() {
  pick("#shortcuts")?.showOverlay?.()
  return true
}

// Enter opens by itself what has the focus.
const ACTS = {
  j: () => step(1),
  k: () => step(-1),
  r: () => write("reply"),
  n: () => write("note"),
  a: () => press("#take"),
  e: () => press("#close"),
  s: () => press("#snooze"),
  "/": search,
  "?": help,
}

customElements.get("bulk-choice") ?? customElements.define("bulk-choice", BulkChoiceElement)
customElements.get("desk-keys") ?? customElements.define("desk-keys", DeskKeysElement)
