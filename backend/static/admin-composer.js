// Where staff write: a reply or a note, a draft that is kept as it grows, saved replies after a slash, and products that
// go with the words.

const OURS = { "X-Requested-With": "fetch" }
const parser = new DOMParser()
// The first save comes soon after somebody has begun, the next ones with time between them.
const FIRST_SAVE = 1_000
const BETWEEN_SAVES = 3_000
const SEARCH_PAUSE = 250
const MOST_OFFERED = 8
const SLASH = /(^|\n)\/([^\n]*)$/
// Which tab somebody has chosen, by the conversation's draft: an answer that arrives afterwards changes nothing of it.
// A note that has been added was the last of its tab.
const chosenTabs = new Map()

// <desk-composer draft="address">: two tabs, and what is written in the reply is saved at the address.
class DeskComposerElement extends HTMLElement {
  #listening
  #saved = ""
  #timer
  #savedAt = 0

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController())
    this.addEventListener("click", (event) => this.#choose(event.target.closest("[role=tab]")), { signal })
    this.addEventListener("keydown", (event) => this.#move(event), { signal })
    this.addEventListener("input", (event) => event.target === this.#reply && this.#saveLater(), { signal })
    document.addEventListener("page:leave", (event) => this.#leave(event.detail), { signal })
    addEventListener("pagehide", () => this.#save({ keepalive: true }), { signal })
    this.#saved = this.#reply?.value ?? ""
    this.show(this.getAttribute("shows") ?? chosenTabs.get(this.getAttribute("draft")) ?? "reply")
  }

  disconnectedCallback() {
    this.#listening.abort()
    clearTimeout(this.#timer)
  }

  // "reply" or "note".
  show(name) {
    chosenTabs.set(this.getAttribute("draft"), name)
    for (const tab of this.querySelectorAll("[role=tab]")) {
      const isShown = tab.id === `tab-${name}`
      tab.setAttribute("aria-selected", String(isShown))
      tab.tabIndex = isShown ? 0 : -1
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !isShown
    }
  }

  get #reply() {
    return this.querySelector("#reply")
  }

  #choose(tab) {
    if (tab) this.show(tab.id.slice("tab-".length))
  }

  #move(event) {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key) || !event.target.closest("[role=tab]")) return
    const other = this.querySelector("[role=tab][aria-selected=false]")
    this.#choose(other)
    other.focus()
  }

  #saveLater() {
    if (this.#timer) return
    const wait = Math.max(FIRST_SAVE, this.#savedAt + BETWEEN_SAVES - Date.now())
    this.#timer = setTimeout(() => this.#save({ isTyping: true }), wait)
  }

  // What is being sent is no draft any more.
  #leave({ form, waits }) {
    if (form?.id === "noting") chosenTabs.delete(this.getAttribute("draft"))
    if (form?.id === "answer") clearTimeout(this.#timer)
    else waits.push(this.#save())
  }

  async #save({ isTyping = false, keepalive = false } = {}) {
    clearTimeout(this.#timer)
    this.#timer = null
    const text = this.#reply?.value
    if (text === undefined || text === this.#saved) return
    this.#saved = text
    this.#savedAt = Date.now()
    const body = new URLSearchParams({ text, typing: isTyping ? "yes" : "" })
    try {
      await fetch(this.getAttribute("draft"), { method: "POST", headers: OURS, body, keepalive })
    } catch {
      // Saved with the next letter; on the page it stands all the same.
      this.#saved = null
    }
  }
}

// Saved replies after a slash at the beginning of a line: arrows choose, Enter takes.
class SlashMenu {
  constructor(field) {
    this.field = field
    this.list = document.getElementById("slash")
  }

  get offered() {
    return [...this.list.children]
  }

  get isOpen() {
    return !this.list.hidden
  }

  look() {
    const before = this.field.value.slice(0, this.field.selectionStart)
    const found = SLASH.exec(before)
    if (!found) return this.close()
    this.#offer(found[2].trim().toLowerCase())
  }

  move(by) {
    const place = this.offered.findIndex((line) => line.ariaSelected === "true")
    const count = this.offered.length
    this.#select(this.offered[(place + by + count) % count])
  }

  take(line = this.offered.find((one) => one.ariaSelected === "true")) {
    const { field } = this
    const end = field.selectionStart
    const start = end - SLASH.exec(field.value.slice(0, end))[2].length - 1
    field.setRangeText(line.dataset.text, start, end, "end")
    this.close()
    field.dispatchEvent(new Event("input", { bubbles: true }))
    field.focus()
  }

  close() {
    this.list.hidden = true
    this.list.replaceChildren()
    this.field.removeAttribute("aria-activedescendant")
  }

  #offer(words) {
    const replies = [...document.querySelectorAll("#saved-replies [data-inserts]")]
    const fitting = replies.filter((reply) => reply.textContent.toLowerCase().includes(words)).slice(0, MOST_OFFERED)
    const template = document.querySelector("[data-part=slash-line]")
    this.list.replaceChildren(...fitting.map((reply, place) => drawLine(template, reply, place)))
    this.list.hidden = !fitting.length
    if (fitting.length) this.#select(this.offered[0])
    else this.close()
  }

  #select(line) {
    for (const one of this.offered) one.ariaSelected = String(one === line)
    this.field.setAttribute("aria-activedescendant", line.id)
    line.scrollIntoView({ block: "nearest" })
  }
}

function drawLine(template, reply, place) {
  const line = template.content.firstElementChild.cloneNode(true)
  line.id = `slash-${place}`
  line.textContent = reply.textContent
  line.dataset.text = reply.dataset.inserts
  return line
}

const menuOf = (field) => field?.id === "reply" && document.getElementById("slash") && new SlashMenu(field)

addEventListener("input", (event) => menuOf(event.target) && menuOf(event.target).look())

addEventListener(
  "keydown",
  (event) => {
    const menu = menuOf(event.target)
    if (!menu?.isOpen || event.isComposing) return
    const acts = {
      ArrowDown: () => menu.move(1),
      ArrowUp: () => menu.move(-1),
      Enter: () => menu.take(),
      Tab: () => menu.take(),
      Escape: () => menu.close(),
    }
    if (!acts[event.key] || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    event.stopPropagation()
    acts[event.key]()
  },
  { capture: true },
)

addEventListener("mousedown", (event) => {
  const line = event.target.closest?.("#slash [role=option]")
  if (!line) return
  // The field keeps its caret.
  event.preventDefault()
  menuOf(document.getElementById("reply")).take(line)
})

// <product-picker src="address" into="id of a list" most="number">: what is found is put into the list, and goes with
// the message.
class ProductPickerElement extends HTMLElement {
  #listening
  #timer
  #asking = new AbortController()

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController())
    this.addEventListener("input", () => this.#findLater(), { signal })
    this.addEventListener("keydown", (event) => this.#keepForm(event), { signal })
    this.addEventListener("click", (event) => this.#take(event.target.closest("[data-handle]")), { signal })
  }

  disconnectedCallback() {
    this.#listening.abort()
    this.#asking.abort()
    clearTimeout(this.#timer)
  }

  // Enter would send the message around it.
  #keepForm(event) {
    if (event.key !== "Enter" || event.target.localName !== "input") return
    event.preventDefault()
    this.#find()
  }

  #findLater() {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#find(), SEARCH_PAUSE)
  }

  async #find() {
    clearTimeout(this.#timer)
    this.#asking.abort()
    const { signal } = (this.#asking = new AbortController())
    const words = this.querySelector("input").value
    try {
      const response = await fetch(`${this.getAttribute("src")}?${new URLSearchParams({ words })}`, { headers: OURS, signal })
      if (!response.ok) throw new Error(`${response.status}`)
      const found = parser.parseFromString(await response.text(), "text/html").querySelector("ul")
      this.querySelector("[data-part=found]").replaceChildren(document.adoptNode(found))
    } catch {
      if (!signal.aborted) this.querySelector("[data-part=found]").replaceChildren()
    }
  }

  #take(choice) {
    if (!choice) return
    const list = document.getElementById(this.getAttribute("into"))
    const known = [...list.querySelectorAll("input")].map((input) => input.value)
    if (known.includes(choice.dataset.handle) || known.length >= Number(this.getAttribute("most"))) return
    list.append(drawChip(choice.dataset))
    this.closest("s-popover")?.hideOverlay?.()
    this.closest("[popover]")?.hidePopover?.()
    document.getElementById("reply").focus()
  }
}

function drawChip({ handle, title }) {
  const chip = document.querySelector("[data-part=chip]").content.firstElementChild.cloneNode(true)
  chip.querySelector("input").value = handle
  chip.querySelector("[data-part=title]").textContent = title
  const remove = chip.querySelector("[data-part=remove]")
  remove.setAttribute("aria-label", `${remove.getAttribute("aria-label").trim()} ${title}`)
  return chip
}

addEventListener("click", (event) => {
  if (!event.target.closest?.(".product-chip [data-part=remove]")) return
  event.target.closest(".product-chip").remove()
  document.getElementById("reply")?.focus()
})

customElements.get("desk-composer") ?? customElements.define("desk-composer", DeskComposerElement)
customElements.get("product-picker") ?? customElements.define("product-picker", ProductPickerElement)
