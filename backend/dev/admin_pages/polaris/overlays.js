// What lies over the page for a while. `obey` is what a button's `command` calls.

define(
  "s-modal",
  class extends PolarisElement {
    static properties = { heading: String, size: String, padding: String, accessibilityLabel: String }
    static css = `
      dialog { inline-size: min(92vw, 620px); padding: 0; border: 0; border-radius: 12px; color: inherit; box-shadow: 0 8px 32px #0006 }
      dialog::backdrop { background: #0008 }
      .head { display: flex; align-items: center; justify-content: space-between; padding: 12px 16px; background: #f3f3f3 }
      h2 { margin: 0; font-size: 14px; font-weight: 650 }
      .head button { inline-size: 28px; block-size: 28px; border: 0; border-radius: 6px; background: none; cursor: pointer }
      .body { display: grid; gap: 12px; padding: 16px }
      .foot { display: flex; flex-wrap: wrap; gap: 8px; justify-content: end; padding: 12px 16px; border-block-start: 1px solid #e3e3e3 }
    `

    draw() {
      const close = h("button", { type: "button", "aria-label": "Close" }, "✕")
      close.addEventListener("click", () => this.hideOverlay())
      const foot = h("div", { class: "foot" }, slot("secondary-actions"), slot("primary-action"))
      const dialog = h("dialog", { "aria-labelledby": "title" }, h("div", { class: "head" }, h("h2", { id: "title" }), close), h("div", { class: "body" }, slot()), foot)
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
      ;({ "--show": () => this.showOverlay(), "--hide": () => this.hideOverlay() })[command]?.() ?? (["--auto", "--toggle"].includes(command) && this.toggleOverlay())
    }

    #tell(...names) {
      for (const name of names) this.dispatchEvent(new Event(name))
    }
  },
)

class PopoverElement extends PolarisElement {
  static properties = { accessibilityLabel: String, inlineSize: String, maxInlineSize: String, blockSize: String, maxBlockSize: String }
  static css = `
    :host { position: fixed; inset: auto; margin: 0; padding: 8px; border: 0; border-radius: 12px; background: #fff; color: #303030; box-shadow: 0 4px 16px #0004; max-inline-size: 320px }
    :host(:popover-open) { display: grid; gap: 4px }
  `

  show() {
    put(this, "popover", "auto")
    this.role("group", { "aria-label": this.own("accessibilitylabel") })
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
    static css = ":host { display: none }"
  },
)
