// Fields that are typed into. They say when they are wrong only what `error` says; they never validate by themselves.

const FIELD = { label: String, name: String, value: String, details: String, error: String, placeholder: String, required: Boolean, disabled: Boolean, readOnly: Boolean, autocomplete: String, labelAccessibilityVisibility: String, maxLength: String, minLength: String, min: String, max: String, step: String, rows: String, prefix: String, suffix: String, icon: String, inputMode: String, currencyCode: String }

const FIELD_LOOK = `
  :host { display: block; min-inline-size: 0 }
  label, legend { display: block; margin-block-end: 4px; padding: 0 }
  .details { margin: 4px 0 0; color: #616161 }
  .error { display: flex; gap: 4px; margin: 4px 0 0; color: #8e1f0b }
  .error::before { content: "⚠" / "" }
  .details:empty, .error:empty { display: none }
  .control { display: flex; align-items: center; gap: 4px; min-block-size: 32px; padding: 0 12px; border: 1px solid #8a8a8a; border-radius: 8px; background: #fdfdfd }
  .control:focus-within { outline: 2px solid #005bd3; outline-offset: 1px }
  .control:has([aria-invalid=true]) { border-color: #8e1f0b; background: #fee9e8 }
  .control span:empty { display: none }
  .control span { color: #616161 }
  input:not([type=checkbox], [type=radio], [type=color]), textarea, select { flex: 1; min-inline-size: 0; inline-size: 100%; padding: 5px 0; border: 0; outline: 0; background: none; color: inherit }
  textarea { resize: vertical; min-block-size: 60px }
  ::placeholder { color: #616161; opacity: 1 }
`

class FieldElement extends PolarisElement {
  static formAssociated = true
  static delegatesFocus = true
  static properties = FIELD
  static css = FIELD_LOOK
  static control = () => h("input", { type: "text" })

  internals = this.attachInternals()
  touched = false

  draw() {
    const control = this.constructor.control()
    control.id = "control"
    control.addEventListener("input", () => this.took())
    control.addEventListener("change", () => this.dispatchEvent(new Event("change", { bubbles: true })))
    control.addEventListener("keydown", (event) => this.#submitOnEnter(event))
    const frame = h("div", { class: "control" }, h("span", { class: "before" }), control, h("span", { class: "after" }), slot("accessory"))
    return [h("label", { for: "control" }), frame, h("p", { class: "details", id: "details" }), h("p", { class: "error", id: "error" })]
  }

  get control() {
    return this.find("#control")
  }

  get value() {
    return this.control.value
  }

  set value(value) {
    this.touched = true
    this.control.value = value
    this.internals.setFormValue(this.value)
  }

  get form() {
    return this.internals.form
  }

  // Somebody has typed.
  took() {
    this.touched = true
    this.internals.setFormValue(this.value)
  }

  show() {
    const control = this.control
    for (const name of ["placeholder", "autocomplete", "maxlength", "minlength", "min", "max", "step", "rows", "inputmode"]) put(control, name, this.own(name))
    put(control, "required", this.required)
    put(control, "disabled", this.disabled)
    put(control, "readonly", this.readOnly)
    this.find(".before").textContent = this.own("prefix") || this.own("currencycode")
    this.find(".after").textContent = this.own("suffix")
    if (!this.touched && this.value !== this.own("value")) this.control.value = this.own("value")
    this.internals.setFormValue(this.value)
    this.describe(control)
  }

  // The words around a control; each control here has them.
  describe(control) {
    const hidden = this.own("labelaccessibilityvisibility") === "exclusive"
    this.find("label, legend").textContent = this.own("label")
    this.find("label, legend").classList.toggle("unseen", hidden)
    this.find(".details").textContent = this.own("details")
    this.find(".error").textContent = this.own("error")
    const words = ["details", "error"].filter((name) => this.own(name))
    put(control, "aria-describedby", words.join(" "))
    put(control, "aria-invalid", this.own("error") && "true")
  }

  formResetCallback() {
    this.touched = false
    this.show()
  }

  #submitOnEnter(event) {
    if (event.key === "Enter" && !event.isComposing && this.control.localName === "input") this.closest("form")?.requestSubmit()
  }
}

const field = (tag, control) =>
  define(
    tag,
    class extends FieldElement {
      static control = control
    },
  )

const TYPES = { text: "text", email: "email", url: "url", password: "password", number: "number", search: "search", date: "date", money: "number" }

for (const [name, type] of Object.entries(TYPES)) field(`s-${name}-field`, () => h("input", { type }))
field("s-text-area", () => h("textarea", { rows: "3" }))
field("s-color-field", () => h("input", { type: "color" }))
