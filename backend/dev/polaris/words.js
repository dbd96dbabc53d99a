// Text, marks of status, lists and pictures.

const TEXT = strings("tone color type fontVariantNumeric lineClamp dir accessibilityVisibility")

for (const tag of ["s-text", "s-number"]) {
  define(
    tag,
    class extends PolarisElement {
      static properties = TEXT
    },
  )
}

// One `p` in the shadow, so that a paragraph is one to a screen reader as well.
define(
  "s-paragraph",
  class extends PolarisElement {
    static properties = TEXT

    draw() {
      return [h("p", {}, slot())]
    }
  },
)

define(
  "s-heading",
  class extends PolarisElement {
    static properties = strings("accessibilityRole accessibilityVisibility lineClamp")

    draw() {
      return [h("h2", {}, slot())]
    }

    show() {
      const depth = this.parentElement?.closest("s-section") ? "h3" : "h2"
      const tag = this.own("accessibilityrole") === "none" ? "p" : depth
      const now = this.shadowRoot.firstElementChild
      if (now.localName !== tag) now.replaceWith(h(tag, {}, slot()))
    }
  },
)

for (const tag of ["s-badge", "s-chip"]) {
  define(
    tag,
    class extends PolarisElement {
      static properties = strings("tone icon color size accessibilityLabel")

      draw() {
        return [slot("graphic"), slot()]
      }
    },
  )
}

define(
  "s-banner",
  class extends PolarisElement {
    static properties = { ...strings("heading tone"), dismissible: Boolean, hidden: Boolean }

    draw() {
      const close = h("button", { type: "button", "aria-label": "Dismiss", hidden: true }, "✕")
      close.addEventListener("click", () => this.#dismiss())
      const body = h("div", { class: "body" }, h("div", { class: "title" }), slot())
      return [h("div", { class: "banner" }, body, close, h("div", { class: "actions" }, slot("secondary-actions")))]
    }

    show() {
      this.find(".title").textContent = this.own("heading")
      this.find("button").hidden = !this.dismissible
      this.find(".actions").classList.toggle("filled", this.filled("secondary-actions"))
      put(this.find(".banner"), "role", ["critical", "warning"].includes(this.tone) ? "alert" : "status")
    }

    #dismiss() {
      this.dispatchEvent(new Event("dismiss"))
      this.hidden = true
      this.dispatchEvent(new Event("afterhide"))
    }
  },
)

define(
  "s-spinner",
  class extends PolarisElement {
    static properties = strings("size accessibilityLabel")

    draw() {
      return [h("span", { role: "img" })]
    }

    show() {
      put(this.find("span"), "aria-label", this.own("accessibilitylabel") || "Loading")
    }
  },
)

define(
  "s-progress",
  class extends PolarisElement {
    static properties = strings("value max tone accessibilityLabel")

    draw() {
      return [h("progress")]
    }

    show() {
      for (const name of ["value", "max"]) put(this.find("progress"), name, this.own(name))
      put(this.find("progress"), "aria-label", this.own("accessibilitylabel"))
    }
  },
)

define(
  "s-empty-state",
  class extends PolarisElement {
    static properties = strings("heading")

    draw() {
      const actions = [slot("primary-action"), slot("secondary-actions")]
      return [h("div", {}, slot("graphic"), h("h2"), slot("subheading"), slot(), ...actions)]
    }

    show() {
      this.find("h2").textContent = this.own("heading")
    }
  },
)

for (const [tag, role] of [["s-unordered-list", "list"], ["s-ordered-list", "list"], ["s-list-item", "listitem"]]) {
  define(
    tag,
    class extends PolarisElement {
      show() {
        this.takeRole(role)
      }
    },
  )
}

// A sign for each icon that our pages use; the real ones are Shopify's drawings.
const ICONS = {
  "alert-triangle": "⚠",
  "arrow-left": "←",
  "arrow-right": "→",
  "chevron-down": "⌄",
  "chevron-right": "›",
  "menu-horizontal": "⋯",
  check: "✓",
  clock: "◷",
  delete: "✕",
  edit: "✎",
  export: "⇪",
  external: "↗",
  info: "ⓘ",
  plus: "+",
  search: "⌕",
  send: "➤",
  x: "✕",
}

define(
  "s-icon",
  class extends PolarisElement {
    static properties = strings("type tone color size")

    draw() {
      return [h("span", { "aria-hidden": "true" })]
    }

    show() {
      this.find("span").textContent = ICONS[this.own("type")] ?? "•"
    }
  },
)

for (const tag of ["s-image", "s-thumbnail"]) {
  define(
    tag,
    class extends PolarisElement {
      static properties = strings("src alt aspectRatio inlineSize objectFit size loading borderRadius")

      draw() {
        return [h("img")]
      }

      show() {
        put(this.find("img"), "src", this.own("src"))
        this.find("img").alt = this.own("alt")
        this.find("img").style.aspectRatio = this.own("aspectratio")
      }
    },
  )
}

define(
  "s-avatar",
  class extends PolarisElement {
    static properties = strings("initials alt src size")

    draw() {
      return [h("span", { role: "img" })]
    }

    show() {
      this.find("span").textContent = this.own("initials").slice(0, 2)
      put(this.find("span"), "aria-label", this.own("alt") || this.own("initials") || "Person")
    }
  },
)
