// Fields that are typed into. They say when they are wrong only what `error` says; they never validate by themselves.

const FIELD = {
  ...strings("label name value details error placeholder autocomplete labelAccessibilityVisibility"),
  ...strings("maxLength minLength min max step rows prefix suffix icon inputMode currencyCode"),
  required: Boolean,
  disabled: Boolean,
  readOnly: Boolean,
}
// Attributes that a control has by the same name.
const OF_CONTROL = "placeholder autocomplete maxlength minlength min max step rows inputmode".split(" ")

class FieldElement extends PolarisElement {
  static formAssociated = true
  static delegatesFocus = true
  static looks = ["field"]
  static properties = FIELD
  static control = () => h("input", { type: "text" })

  internals = this.attachInternals()
  touched = false

  draw() {
    const control = this.constructor.control()
    control.id = "control"
    control.addEventListener("input", () => this.took())
    control.addEventListener("change", () => this.dispatchEvent(new Event("change", { bubbles: true })))
    control.addEventListener("keydown", (event) => this.#submitOnEnter(event))
    const [before, after] = ["before", "after"].map((name) => h("span", { class: name }))
    const frame = h("div", { class: "control" }, before, control, after, slot("accessory"))
    return [h("label", { for: "control" }), frame, ...this.drawWords()]
  }

  drawWords() {
    return ["details", "error"].map((name) => h("p", { class: name, id: name }))
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
    for (const name of OF_CONTROL) put(control, name, this.own(name))
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
    const isDone = event.key === "Enter" && !event.isComposing && this.control.localName === "input"
    if (isDone) this.closest("form")?.requestSubmit()
  }
}

const field = (tag, control) =>
  define(
    tag,
    class extends FieldElement {
      static control = control
    },
  )

for (const type of ["text", "email", "url", "password", "number", "search", "date"]) {
  field(`s-${type}-field`, () => h("input", { type }))
}
field("s-money-field", () => h("input", { type: "number" }))
field("s-text-area", () => h("textarea", { rows: "3" }))
field("s-color-field", () => h("input", { type: "color" }))
