// Text, marks of status, lists and pictures.

const inlineElement = (tag, css, properties = {}) =>
  define(
    tag,
    class extends PolarisElement {
      static properties = properties
      static css = css
    },
  )

const toneRules = (prefix) =>
  Object.entries(TONES)
    .map(([tone, [ink]]) => `${prefix}([tone=${tone}]) { color: ${ink} }`)
    .join(" ")

const TEXT = { tone: String, color: String, type: String, fontVariantNumeric: String, lineClamp: String, dir: String, accessibilityVisibility: String }
const UNSEEN_HOST = ":host([accessibilityvisibility=exclusive]) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }"

inlineElement("s-text", `:host { display: inline; font: inherit; color: inherit } :host([type=strong]) { font-weight: 650 } :host([type=redundant]) { text-decoration: line-through } :host([color=subdued]) { color: #616161 } :host([fontvariantnumeric=tabular-nums]) { font-variant-numeric: tabular-nums } ${toneRules(":host")} ${UNSEEN_HOST}`, TEXT)
inlineElement("s-number", `:host { display: inline; font: inherit; font-variant-numeric: tabular-nums } ${toneRules(":host")}`, TEXT)

// One `p` in the shadow, so that a paragraph is one to a screen reader as well.
define(
  "s-paragraph",
  class extends PolarisElement {
    static properties = TEXT
    static css = `:host { display: block } p { margin: 0; overflow-wrap: anywhere } :host([color=subdued]) p { color: #616161 } ${toneRules(":host")} ${UNSEEN_HOST}`

    draw() {
      return [h("p", {}, slot())]
    }
  },
)

define(
  "s-heading",
  class extends PolarisElement {
    static properties = { accessibilityRole: String, accessibilityVisibility: String, lineClamp: String }
    static css = `:host { display: block } :is(h2, h3, h4, p) { margin: 0; font-size: 14px; font-weight: 650; overflow-wrap: anywhere } ${UNSEEN_HOST}`

    draw() {
      return [h("h2", {}, slot())]
    }

    show() {
      const depth = closestAcross(this, "s-section") ? "h3" : "h2"
      const tag = this.own("accessibilityrole") === "none" ? "p" : depth
      const now = this.shadowRoot.firstElementChild
      if (now.localName !== tag) now.replaceWith(h(tag, {}, slot()))
    }
  },
)

const closestAcross = (element, selector) => element.parentElement?.closest(selector) ?? null

define(
  "s-badge",
  class extends PolarisElement {
    static properties = { tone: String, icon: String, color: String, size: String }
    static css = `
      :host { display: inline-flex; gap: 4px; align-items: center; padding: 2px 8px; border-radius: 8px; background: #ececec; color: #4a4a4a; font-size: 12px; font-weight: 550; line-height: 16px; white-space: nowrap }
      ${Object.entries(TONES).map(([tone, [ink, ground]]) => `:host([tone=${tone}]) { background: ${ground}; color: ${ink} }`).join(" ")}
    `
  },
)

define(
  "s-banner",
  class extends PolarisElement {
    static properties = { heading: String, tone: String, dismissible: Boolean, hidden: Boolean }
    static css = `
      :host { display: block }
      .banner { display: grid; grid-template-columns: 1fr auto; gap: 4px 12px; padding: 12px 16px; border-radius: 12px; background: #eaf4ff; color: #00527c; box-shadow: inset 0 0 0 1px #0000001a }
      ${Object.entries(TONES).map(([tone, [ink, ground]]) => `:host([tone=${tone}]) .banner { background: ${ground}; color: ${ink} }`).join(" ")}
      .title { margin: 0; font-size: 13px; font-weight: 650 }
      .body { grid-column: 1; min-inline-size: 0 }
      .actions { grid-column: 1; display: flex; flex-wrap: wrap; gap: 8px }
      .actions:not(.filled) { display: none }
      button { grid-row: 1; grid-column: 2; inline-size: 28px; block-size: 28px; border: 0; border-radius: 6px; background: none; color: inherit; cursor: pointer }
    `

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
    static properties = { size: String, accessibilityLabel: String }
    static css = `
      :host { display: inline-block }
      span { display: block; inline-size: 20px; block-size: 20px; border: 2px solid #d4d4d4; border-block-start-color: #303030; border-radius: 50% }
      @media (prefers-reduced-motion: no-preference) { span { animation: turn 0.8s linear infinite } }
      @keyframes turn { to { rotate: 1turn } }
    `

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
    static properties = { value: String, max: String, tone: String, accessibilityLabel: String }
    static css = ":host { display: block } progress { inline-size: 100% }"

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
    static properties = { heading: String }
    static css = ":host { display: block } div { display: grid; gap: 12px; justify-items: center; padding: 24px 16px; text-align: center } h2 { margin: 0; font-size: 16px; font-weight: 650 }"

    draw() {
      return [h("div", {}, slot("graphic"), h("h2"), slot("subheading"), slot(), slot("primary-action"), slot("secondary-actions"))]
    }

    show() {
      this.find("h2").textContent = this.own("heading")
    }
  },
)

for (const [tag, list] of [["s-unordered-list", "ul"], ["s-ordered-list", "ol"]]) {
  define(
    tag,
    class extends PolarisElement {
      static css = `:host { display: grid; gap: 4px; padding-inline-start: 20px; list-style: ${list === "ul" ? "disc" : "decimal"} }`

      show() {
        this.role("list")
      }
    },
  )
}

define(
  "s-list-item",
  class extends PolarisElement {
    static css = ":host { display: list-item }"

    show() {
      this.role("listitem")
    }
  },
)

define(
  "s-icon",
  class extends PolarisElement {
    static properties = { type: String, tone: String, size: String }
    static css = `:host { display: inline-grid; place-items: center; inline-size: 20px; block-size: 20px; font-size: 15px; line-height: 1 } ${toneRules(":host")}`

    draw() {
      return [h("span", { "aria-hidden": "true" })]
    }

    show() {
      this.find("span").textContent = ICONS[this.own("type")] ?? "•"
    }
  },
)

// A letter or sign for each icon that somebody is likely to use; the real ones are Shopify's drawings.
const ICONS = { chat: "💬", search: "⌕", delete: "🗑", edit: "✎", export: "⇪", "arrow-left": "←", "arrow-right": "→", "chevron-right": "›", "chevron-down": "⌄", person: "☺", "alert-triangle": "⚠", "alert-circle": "⚠", check: "✓", "check-circle": "✓", x: "✕", plus: "+", clock: "◷", info: "ⓘ", settings: "⚙", note: "✎", send: "➤", view: "◉", "menu-horizontal": "⋯", external: "↗" }

for (const [tag, round] of [["s-image", "0"], ["s-thumbnail", "6px"]]) {
  define(
    tag,
    class extends PolarisElement {
      static properties = { src: String, alt: String, aspectRatio: String, inlineSize: String, objectFit: String, size: String, loading: String, borderRadius: String }
      static css = `:host { display: inline-block } img { display: block; max-inline-size: 100%; border-radius: ${round}; ${tag === "s-thumbnail" ? "inline-size: 40px; block-size: 40px; object-fit: cover" : "inline-size: 100%"} }`

      draw() {
        return [h("img", { alt: "" })]
      }

      show() {
        put(this.find("img"), "src", this.own("src"))
        this.find("img").setAttribute("alt", this.own("alt"))
        this.find("img").style.aspectRatio = this.own("aspectratio")
      }
    },
  )
}

define(
  "s-avatar",
  class extends PolarisElement {
    static properties = { initials: String, alt: String, src: String, size: String }
    static css = ":host { display: inline-block } span { display: grid; place-items: center; inline-size: 28px; block-size: 28px; border-radius: 50%; background: #d6e4ea; color: #20424d; font-size: 12px; font-weight: 600 }"

    draw() {
      return [h("span", { role: "img" })]
    }

    show() {
      this.find("span").textContent = this.own("initials").slice(0, 2)
      put(this.find("span"), "aria-label", this.own("alt") || this.own("initials") || "Person")
    }
  },
)

define(
  "s-chip",
  class extends PolarisElement {
    static properties = { color: String, accessibilityLabel: String }
    static css = ":host { display: inline-flex; gap: 4px; align-items: center; padding: 2px 10px; border-radius: 8px; background: #ececec; font-size: 12px; line-height: 20px }"

    draw() {
      return [slot("graphic"), slot()]
    }
  },
)
