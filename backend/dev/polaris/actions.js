// Whatever is pressed: it goes somewhere, submits its form, or opens what `commandFor` names.

const ACTION = {
  ...strings("href target download type accessibilityLabel command commandFor interestFor lang"),
  disabled: Boolean,
  loading: Boolean,
}

class ActionElement extends PolarisElement {
  static properties = ACTION
  static delegatesFocus = true

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
  static looks = ["s-button"]

  static properties = { ...ACTION, ...strings("tone variant icon inlineSize") }

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
  },
)

define(
  "s-clickable-chip",
  class extends ActionElement {
    static properties = { ...ACTION, ...strings("color"), removable: Boolean }
  },
)

define(
  "s-button-group",
  class extends PolarisElement {
    static properties = strings("gap accessibilityLabel")

    draw() {
      return [slot("secondary-actions"), slot(), slot("primary-action")]
    }

    show() {
      this.takeRole("group", this.own("accessibilitylabel"))
    }
  },
)
