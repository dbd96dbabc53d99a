// What lies over the page for a while. `obey` is what a button's `command` calls.

define(
  "s-modal",
  class extends PolarisElement {
    static properties = strings("heading size padding accessibilityLabel")

    draw() {
      const close = h("button", { type: "button", "aria-label": "Close" }, "✕")
      close.addEventListener("click", () => this.hideOverlay())
      const foot = h("div", { class: "foot" }, slot("secondary-actions"), slot("primary-action"))
      const head = h("div", { class: "head" }, h("h2", { id: "title" }), close)
      const dialog = h("dialog", { "aria-labelledby": "title" }, head, h("div", { class: "body" }, slot()), foot)
      dialog.addEventListener("close", () => this.#tell("hide", "afterhide"))
      return [dialog]
    }

    show() {
      this.find("h2").textContent = this.own("heading")
    }

    showOverlay() {
      if (!this.find("dialog").open) this.find("dialog").showModal()
      this.#tell("show", "aftershow")
    }

    hideOverlay() {
      this.find("dialog").close()
    }

    toggleOverlay() {
      this.find("dialog").open ? this.hideOverlay() : this.showOverlay()
    }

    obey(command) {
      if (command === "--show") this.showOverlay()
      else if (command === "--hide") this.hideOverlay()
      else this.toggleOverlay()
    }

    #tell(...names) {
      for (const name of names) this.dispatchEvent(new Event(name))
    }
  },
)

class PopoverElement extends PolarisElement {
  static looks = ["popover"]
  static properties = strings("accessibilityLabel inlineSize maxInlineSize blockSize maxBlockSize")

  show() {
    put(this, "popover", "auto")
    this.takeRole("group", this.own("accessibilitylabel"))
  }

  obey(command, opener) {
    if (command === "--hide" || (command !== "--show" && this.matches(":popover-open"))) return this.hidePopover()
    this.showPopover()
    const [from, own] = [opener.getBoundingClientRect(), this.getBoundingClientRect()]
    this.style.left = `${Math.max(8, Math.min(from.left, innerWidth - own.width - 8))}px`
    this.style.top = `${Math.min(from.bottom + 4, innerHeight - own.height - 8)}px`
  }
}

define("s-popover", class extends PopoverElement {})
define(
  "s-menu",
  class extends PopoverElement {
    constructor() {
      super()
      this.addEventListener("click", () => this.hidePopover())
    }
  },
)

define(
  "s-tooltip",
  class extends PolarisElement {
    static looks = ["hidden"]
  },
)
