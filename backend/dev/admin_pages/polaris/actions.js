// Whatever is pressed: it goes somewhere, submits its form, or opens what `commandFor` names.

const ACTION = { href: String, target: String, download: String, type: String, disabled: Boolean, loading: Boolean, accessibilityLabel: String, command: String, commandFor: String, interestFor: String, lang: String }

class ActionElement extends PolarisElement {
  static properties = ACTION
  static delegatesFocus = true
  static css = ":host { display: inline } .act { color: #005bd3; text-decoration: underline; background: none; border: 0; padding: 0; cursor: pointer } .act:hover { color: #004299 }"

  draw() {
    return [h("button", { class: "act", type: "button" }, slot())]
  }

  show() {
    const tag = this.own("href") && !this.own("commandfor") ? "a" : "button"
    if (this.find(".act").localName !== tag) this.find(".act").replaceWith(h(tag, { class: "act" }, slot()))
    const act = this.find(".act")
    put(act, "aria-label", this.own("accessibilitylabel"))
    put(act, "aria-busy", this.loading && "true")
    if (tag === "a") {
      for (const name of ["href", "download"]) put(act, name, this.own(name))
      put(act, "target", this.own("target") === "auto" ? "" : this.own("target"))
    } else {
      put(act, "type", "button")
      put(act, "disabled", this.disabled || this.loading)
      put(act, "aria-haspopup", this.own("commandfor") && this.own("command") !== "--copy" && "true")
    }
  }

  // Called when everybody else has heard of the click and nobody has minded.
  act() {
    const target = this.own("commandfor") && this.getRootNode().getElementById(this.own("commandfor"))
    if (target) target.obey?.(this.own("command") || "--auto", this)
    else if (this.own("href") || this.disabled || this.loading) return
    else if (this.type === "submit") this.closest("form")?.requestSubmit()
    else if (this.type === "reset") this.closest("form")?.reset()
  }
}

addEventListener("click", (event) => {
  const acting = event.composedPath().find((element) => element instanceof ActionElement)
  if (acting && !event.defaultPrevented) acting.act()
})

define("s-link", class extends ActionElement {})

class ButtonElement extends ActionElement {
  static properties = { ...ACTION, tone: String, variant: String, icon: String, inlineSize: String }
  static css = `
    :host { display: inline-block }
    :host([inlinesize=fill]) { display: block } :host([inlinesize=fill]) .act { inline-size: 100% }
    .act { display: inline-flex; gap: 4px; align-items: center; justify-content: center; min-block-size: 32px; padding: 4px 12px; border: 0; border-radius: 8px; background: #fff; color: #303030; box-shadow: inset 0 0 0 1px #8a8a8a99, 0 1px 0 #0000001a; font-weight: 550; text-decoration: none; cursor: pointer; overflow-wrap: anywhere }
    .act:hover { background: #f7f7f7 }
    :host([variant=primary]) .act { background: #303030; color: #fff; box-shadow: none } :host([variant=primary]) .act:hover { background: #1a1a1a }
    :host([variant=tertiary]) .act { background: none; box-shadow: none } :host([variant=tertiary]) .act:hover { background: #0000000f }
    :host([tone=critical]) .act { color: #8e1f0b } :host([tone=critical][variant=primary]) .act { background: #c70a24; color: #fff }
    .act:disabled { background: #ebebeb; color: #616161; box-shadow: none; cursor: default }
    .icon:empty { display: none }
  `

  show() {
    super.show()
    const act = this.find(".act")
    const icon = this.find(".icon") ?? h("span", { class: "icon", "aria-hidden": "true" })
    icon.textContent = this.own("icon") ? (ICONS[this.own("icon")] ?? "•") : ""
    act.prepend(icon)
  }
}

define("s-button", ButtonElement)

define(
  "s-press-button",
  class extends ButtonElement {
    static properties = { ...ButtonElement.properties, pressed: Boolean }

    show() {
      super.show()
      put(this.find(".act"), "aria-pressed", String(this.pressed))
    }
  },
)

define(
  "s-clickable",
  class extends ActionElement {
    static css = ":host { display: block } .act { display: block; inline-size: 100%; padding: 0; border: 0; background: none; color: inherit; text-align: start; text-decoration: none; cursor: pointer; border-radius: 8px } .act:hover { background: #0000000a }"
  },
)

define(
  "s-clickable-chip",
  class extends ActionElement {
    static properties = { ...ACTION, color: String, removable: Boolean }
    static css = ":host { display: inline-block } .act { display: inline-flex; gap: 4px; align-items: center; min-block-size: 28px; padding: 2px 10px; border: 0; border-radius: 8px; background: #ececec; color: #303030; text-decoration: none; cursor: pointer } :host([color=strong]) .act { background: #303030; color: #fff }"
  },
)

define(
  "s-button-group",
  class extends PolarisElement {
    static properties = { gap: String, accessibilityLabel: String }
    static css = ":host { display: flex; flex-wrap: wrap; gap: 8px }"

    draw() {
      return [slot("secondary-actions"), slot(), slot("primary-action")]
    }

    show() {
      this.role("group", { "aria-label": this.own("accessibilitylabel") })
    }
  },
)
