// Fields that are chosen from.

const watch = (element, changed) => {
  new MutationObserver(changed).observe(element, { childList: true, subtree: true, attributes: true, characterData: true })
}

for (const tag of ["s-option", "s-option-group", "s-choice"]) {
  define(
    tag,
    class extends PolarisElement {
      static looks = ["hidden"]
      static properties = { ...strings("value label accessibilityLabel"), selected: Boolean, disabled: Boolean }
    },
  )
}

define(
  "s-select",
  class extends FieldElement {
    static control = () => h("select")

    constructor() {
      super()
      this.shadowRoot.append(slot())
      watch(this, () => this.show())
    }

    show() {
      const chosen = this.touched ? this.value : this.own("value")
      this.control.replaceChildren(...this.#options())
      const marked = this.querySelector("s-option[selected]")?.getAttribute("value")
      const wanted = chosen || (this.touched ? "" : marked)
      if (wanted && [...this.control.options].some((option) => option.value === wanted)) this.control.value = wanted
      put(this.control, "disabled", this.disabled)
      this.internals.setFormValue(this.value)
      this.describe(this.control)
    }

    #options() {
      const placeholder = this.own("placeholder") ? [h("option", { value: "" }, this.own("placeholder"))] : []
      const made = (child) => (child.localName === "s-option-group" ? this.#group(child) : this.#option(child))
      return [...placeholder, ...[...this.children].map(made)]
    }

    #group(group) {
      return h("optgroup", { label: group.getAttribute("label") }, ...[...group.children].map((child) => this.#option(child)))
    }

    #option(option) {
      const made = h("option", { disabled: option.hasAttribute("disabled") }, option.textContent.trim())
      made.value = option.getAttribute("value") ?? ""
      return made
    }
  },
)

class TickElement extends FieldElement {
  static looks = ["field", "tick"]
  static properties = { ...FIELD, ...strings("accessibilityLabel"), checked: Boolean, indeterminate: Boolean }

  draw() {
    const control = h("input", { type: "checkbox", id: "control", ...this.constructor.extra })
    control.addEventListener("input", () => this.took())
    control.addEventListener("change", () => this.dispatchEvent(new Event("change", { bubbles: true })))
    return [h("div", { class: "row" }, control, h("label", { for: "control" }), ...this.drawWords())]
  }

  get value() {
    return this.own("value") || "on"
  }

  set value(value) {
    put(this, "value", value)
  }

  get checked() {
    return this.control.checked
  }

  set checked(checked) {
    this.touched = true
    this.control.checked = checked
    this.took()
  }

  took() {
    this.touched = true
    this.internals.setFormValue(this.checked ? this.value : null)
  }

  show() {
    if (!this.touched) this.control.checked = this.hasAttribute("checked")
    put(this.control, "disabled", this.disabled)
    put(this.control, "aria-label", this.own("accessibilitylabel"))
    this.internals.setFormValue(this.checked ? this.value : null)
    this.describe(this.control)
  }
}

define("s-checkbox", class extends TickElement {})
define(
  "s-switch",
  class extends TickElement {
    static extra = { role: "switch" }
  },
)

define(
  "s-choice-list",
  class extends FieldElement {
    static properties = { ...FIELD, ...strings("values"), multiple: Boolean }

    constructor() {
      super()
      watch(this, () => this.show())
    }

    draw() {
      const fieldset = h("fieldset", {}, h("legend"), h("div", { class: "choices" }), ...this.drawWords())
      return [fieldset, slot()]
    }

    get values() {
      return [...this.shadowRoot.querySelectorAll("input:checked")].map((input) => input.value)
    }

    get value() {
      return this.values[0] ?? ""
    }

    took() {
      this.touched = true
      const told = new FormData()
      for (const value of this.values) told.append(this.own("name"), value)
      this.internals.setFormValue(told)
    }

    show() {
      const chosen = this.touched ? this.values : null
      const choices = [...this.querySelectorAll("s-choice")].map((choice, number) => this.#choice(choice, number, chosen))
      this.find(".choices").replaceChildren(...choices)
      const touched = this.touched
      this.took()
      this.touched = touched
      this.describe(this.find("fieldset"))
    }

    #choice(choice, number, chosen) {
      const value = choice.getAttribute("value") ?? ""
      const type = this.multiple ? "checkbox" : "radio"
      const input = h("input", { type, name: "choice", id: `choice-${number}` })
      input.disabled = this.disabled || choice.hasAttribute("disabled")
      input.value = value
      input.checked = chosen ? chosen.includes(value) : choice.hasAttribute("selected")
      input.addEventListener("input", () => this.took())
      input.addEventListener("change", () => this.dispatchEvent(new Event("change", { bubbles: true })))
      const details = choice.querySelector("[slot=details]")
      const words = [...choice.childNodes].filter((node) => node !== details).map((node) => node.textContent)
      const made = h("div", { class: "choice" }, input, h("label", { for: input.id }, words.join("").trim()))
      if (details) made.append(h("small", {}, details.textContent))
      return made
    }
  },
)
