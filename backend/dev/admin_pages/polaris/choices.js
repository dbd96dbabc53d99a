// Fields that are chosen from.

const watch = (element, changed) => {
  new MutationObserver(changed).observe(element, { childList: true, subtree: true, attributes: true, characterData: true })
}

for (const tag of ["s-option", "s-option-group", "s-choice"]) {
  define(
    tag,
    class extends PolarisElement {
      static properties = { value: String, label: String, selected: Boolean, disabled: Boolean, accessibilityLabel: String }
      static css = ":host { display: none }"
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
      return [...placeholder, ...[...this.children].map((child) => (child.localName === "s-option-group" ? this.#group(child) : this.#option(child)))]
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
  static properties = { ...FIELD, checked: Boolean, indeterminate: Boolean, accessibilityLabel: String }
  static css = `${FIELD_LOOK}
    .row { display: grid; grid-template-columns: auto 1fr; gap: 0 8px; align-items: start }
    .row label { margin: 0; padding-block: 2px }
    input { inline-size: 24px; block-size: 24px; margin: 0; accent-color: #303030 }
    .details, .error { grid-column: 2; margin: 0 }
  `

  draw() {
    const control = h("input", { type: "checkbox", id: "control", ...this.constructor.extra })
    control.addEventListener("input", () => this.took())
    control.addEventListener("change", () => this.dispatchEvent(new Event("change", { bubbles: true })))
    const words = [h("p", { class: "details", id: "details" }), h("p", { class: "error", id: "error" })]
    return [h("div", { class: "row" }, control, h("label", { for: "control" }), ...words)]
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
    static css = `${TickElement.css} input { appearance: none; inline-size: 40px; border-radius: 12px; background: #8a8a8a; cursor: pointer } input::before { content: ""; display: block; inline-size: 18px; block-size: 18px; margin: 3px; border-radius: 50%; background: #fff } input:checked { background: #303030 } input:checked::before { margin-inline-start: 19px }`
  },
)

define(
  "s-choice-list",
  class extends FieldElement {
    static properties = { ...FIELD, multiple: Boolean, values: String }
    static css = `${FIELD_LOOK}
      fieldset { margin: 0; padding: 0; border: 0; display: grid; gap: 4px }
      .choice { display: grid; grid-template-columns: auto 1fr; gap: 0 8px; align-items: start }
      .choice label { margin: 0; padding-block: 2px }
      .choice small { grid-column: 2; color: #616161 }
      input { inline-size: 24px; block-size: 24px; margin: 0; accent-color: #303030 }
    `

    constructor() {
      super()
      watch(this, () => this.show())
    }

    draw() {
      const words = [h("p", { class: "details", id: "details" }), h("p", { class: "error", id: "error" })]
      return [h("fieldset", {}, h("legend"), h("div", { class: "choices" }), ...words), slot()]
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
      this.find(".choices").replaceChildren(...[...this.querySelectorAll("s-choice")].map((choice, number) => this.#choice(choice, number, chosen)))
      const touched = this.touched
      this.took()
      this.touched = touched
      this.describe(this.find("fieldset"))
    }

    #choice(choice, number, chosen) {
      const value = choice.getAttribute("value") ?? ""
      const input = h("input", { type: this.multiple ? "checkbox" : "radio", name: "choice", id: `choice-${number}`, disabled: this.disabled || choice.hasAttribute("disabled") })
      input.value = value
      input.checked = chosen ? chosen.includes(value) : choice.hasAttribute("selected")
      input.addEventListener("input", () => this.took())
      input.addEventListener("change", () => this.dispatchEvent(new Event("change", { bubbles: true })))
      const details = choice.querySelector("[slot=details]")
      const label = [...choice.childNodes].filter((node) => node !== details).map((node) => node.textContent).join("").trim()
      return h("div", { class: "choice" }, input, h("label", { for: input.id }, label), ...(details ? [h("small", {}, details.textContent)] : []))
    }
  },
)
