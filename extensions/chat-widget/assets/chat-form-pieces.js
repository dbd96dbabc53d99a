// The pieces of a form: its fields by their kinds, what was ordered and answered so far, and the
// receipt in the end.

import { copyShape, field, localeOf } from "./chat-dom.js"
import { loadLook } from "./chat-look.js"
import { formatMoney } from "./chat-money.js"
import { randomUuid } from "./chat-transport.js"

// Longer choices are lists to open.
const MOST_RADIOS = 6
const HABITS = {
  phone: { type: "tel", inputMode: "tel", autocomplete: "tel", dir: "ltr" },
  email: { type: "email", inputMode: "email", autocomplete: "email", dir: "ltr" },
  number: { inputMode: "numeric", autocomplete: "off" },
}

/** The receipt: what was agreed, for whom, and where to pay. */
export function drawPart(part, { shapes }) {
  const { flow, order } = part
  const receipt = copyShape(shapes, "form-receipt")
  const title = field(receipt, "title")

  loadLook(shapes, "form-look")
  title.textContent = title.dataset[flow]
  field(receipt, "so-far").append(...drawSoFar({ ...part, actions: [] }, shapes))
  if (!order) return receipt

  field(receipt, "order").hidden = !order.name
  field(receipt, "number").textContent = order.name
  // Where orders are paid may be a host of Shopify's.
  const isPlace = (start) => order.url?.startsWith(start)
  field(receipt, "pay").hidden = !["https://", `${location.origin}/`].some(isPlace)
  field(receipt, "invoice").href = order.url
  return receipt
}

/** What was ordered, and what was answered in earlier steps, as far as there is any. */
export function drawSoFar(part, shapes) {
  const { items = [], summary = [] } = part
  const drawn = []
  if (items.length) drawn.push(drawItems(part, shapes))
  if (summary.length) drawn.push(drawSummary(part, shapes))
  return drawn
}

function drawItems({ items, total, actions = [] }, shapes) {
  const element = copyShape(shapes, "form-items")
  const count = field(element, "count")
  const locale = localeOf(shapes.getRootNode().host)

  count.textContent = count.dataset.words.replace("{count}", items.length.toLocaleString(locale))
  field(element, "changed").textContent = count.textContent
  field(element, "change").hidden = !actions.includes("change:items")
  field(element, "items").append(...items.map((item) => drawItem(item, shapes, locale)))
  field(element, "sum").hidden = !total
  if (total) field(element, "sum-total").textContent = formatMoney(total, locale)
  return element
}

function drawItem({ title, variant, quantity, price, total, note }, shapes, locale) {
  const element = copyShape(shapes, "form-item")
  const each = field(element, "price")
  const money = price && formatMoney(price, locale)

  field(element, "quantity").textContent = quantity?.toLocaleString(locale) ?? "?"
  field(element, "title").textContent = title
  field(element, "variant").textContent = variant
  field(element, "total").textContent = total ? formatMoney(total, locale) : ""
  each.textContent = money ? each.dataset.words.replace("{price}", () => money) : ""
  field(element, "note").textContent = note
  return element
}

function drawSummary(part, shapes) {
  const list = copyShape(shapes, "form-summary")

  for (const { step, label, value, mayChange } of rowsOf(part)) {
    const row = copyShape(shapes, "form-answer")
    const change = field(row, "change")

    field(row, "label").textContent = label
    field(row, "value").textContent = value
    field(row, "changed").textContent = label
    change.dataset.step = step
    change.hidden = !mayChange
    list.append(row)
  }
  return list
}

/** One button for each step that may be changed: at its first answer. */
export function rowsOf({ summary = [], actions = [] }) {
  return summary.map((row, at) => {
    const isFirst = summary.findIndex(({ step }) => step === row.step) === at
    return { ...row, mayChange: isFirst && actions.includes(`change:${row.step}`) }
  })
}

export function shapeOf({ kind, options = [] }) {
  if (kind === "long") return "form-long"
  if (kind !== "choice") return "form-line"
  return options.length > MOST_RADIOS ? "form-list" : "form-choice"
}

/** One field: what is in it, and what is wrong with it. */
export class FormField {
  #asked
  #shapes
  #place
  #controls
  #given = ""

  constructor(asked, shapes) {
    const { name, label, hint = "", required } = asked
    this.#asked = asked
    this.#shapes = shapes
    this.element = copyShape(shapes, shapeOf(asked))

    this.#write({ label, hint })
    field(this.element, "required").hidden = !required
    field(this.element, "hint").id = `chat-form-${name}-hint`
    field(this.element, "error").id = `chat-form-${name}-error`
    this.#controls = this.#isGroup ? this.#makeRadios() : [this.#makeControl()]
    this.#place = this.#isGroup ? this.element : this.#controls[0]
    this.#place.ariaRequired = Boolean(required)
    this.tell("")
  }

  get name() {
    return this.#asked.name
  }

  get isLong() {
    return this.#asked.kind === "long"
  }

  get isMissing() {
    return Boolean(this.#asked.required) && this.value === ""
  }

  get value() {
    if (!this.#isGroup) return this.#controls[0].value.trim()
    return this.#controls.find(({ checked }) => checked)?.value ?? ""
  }

  /** What is known already, unless somebody has put something else. */
  offer(value = "") {
    if (this.value !== this.#given) return

    this.value = value
    this.#given = this.value
  }

  set value(value) {
    if (this.#isGroup) for (const radio of this.#controls) radio.checked = radio.value === value
    else if (this.#controls[0].value !== value) this.#controls[0].value = value
  }

  /** What is wrong; nothing when all is well. */
  tell(problem) {
    const { id } = field(this.element, "error")
    const hint = this.#asked.hint && field(this.element, "hint").id
    const described = [hint, problem && id].filter(Boolean).join(" ")

    this.#write({ error: problem })
    this.#place.ariaInvalid = problem ? "true" : null
    this.#place.toggleAttribute("aria-describedby", Boolean(described))
    if (described) this.#place.setAttribute("aria-describedby", described)
  }

  focus() {
    const chosen = this.#controls.find(({ checked }) => checked)
    const focused = chosen ?? this.#controls[0]
    focused.focus()
  }

  #makeControl() {
    const { name, kind, options = [] } = this.#asked
    const control = field(this.element, "control")
    const habits = HABITS[kind] ?? { autocomplete: name === "name" ? "name" : "off" }

    Object.assign(control, { id: `chat-form-${name}`, name, ...habits })
    field(this.element, "name").htmlFor = control.id
    if (kind === "choice") control.append(...options.map((one) => new Option(one.label, one.value)))
    else if (options.length) this.#offerIdeas(options)
    return control
  }

  /** Of what may be written; anything else may be, too. */
  #offerIdeas(options) {
    const ideas = field(this.element, "ideas")
    ideas.hidden = false
    for (const { value, label } of options) {
      const idea = copyShape(this.#shapes, "form-idea")
      const button = idea.firstElementChild

      button.textContent = label
      button.addEventListener("click", () => {
        this.value = value
        this.focus()
      })
      ideas.append(idea)
    }
  }

  #makeRadios() {
    const { name, options } = this.#asked

    return options.map(({ value, label }) => {
      const option = copyShape(this.#shapes, "form-option")
      const control = field(option, "control")

      Object.assign(control, { name, value })
      field(option, "words").textContent = label
      field(this.element, "options").append(option)
      return control
    })
  }

  #write(fields) {
    for (const [name, words] of Object.entries(fields)) {
      field(this.element, name).textContent = words
    }
  }

  get #isGroup() {
    return this.element.matches("fieldset")
  }
}

/** The same answer keeps its `messageId` until it has come through: it may have been heard. */
export class Attempts {
  #last = null
  #messageId

  of(answer) {
    const now = JSON.stringify(answer)
    if (now !== this.#last) this.#messageId = randomUuid()

    this.#last = now
    return { messageId: this.#messageId, ...answer }
  }

  forget() {
    this.#last = null
  }
}
