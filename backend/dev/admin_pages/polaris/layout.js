// The page and what stands beside or below what.

const LENGTHS = {
  padding: "padding",
  paddingblock: "padding-block",
  paddinginline: "padding-inline",
  paddingblockstart: "padding-block-start",
  paddingblockend: "padding-block-end",
  paddinginlinestart: "padding-inline-start",
  paddinginlineend: "padding-inline-end",
  gap: "gap",
  rowgap: "row-gap",
  columngap: "column-gap",
}

const SIZES = {
  inlinesize: "inline-size",
  mininlinesize: "min-inline-size",
  maxinlinesize: "max-inline-size",
  blocksize: "block-size",
  minblocksize: "min-block-size",
  maxblocksize: "max-block-size",
  overflow: "overflow",
  alignitems: "align-items",
  aligncontent: "align-content",
  justifyitems: "justify-items",
  justifycontent: "justify-content",
  gridtemplatecolumns: "grid-template-columns",
  gridtemplaterows: "grid-template-rows",
  gridcolumn: "grid-column",
  gridrow: "grid-row",
}

const BACKGROUNDS = { base: "#fff", subdued: "#f7f7f7", strong: "#ebebeb", transparent: "transparent" }
const RADII = { none: "0", "small-200": "2px", "small-100": "4px", small: "6px", base: "8px", large: "12px", "large-100": "16px", "large-200": "20px", max: "9999px" }

// `@container (inline-size > 500px) 1fr 1fr, 1fr` is the first where the condition holds, and else the second.
const RESPONSIVE = /^@container\s*([\w-]*)\s*\(([^)]*)\)\s*(.*),\s*([^,]*)$/

const boxRules = (box) => {
  const rules = [[], []]
  const add = (name, value) => {
    const found = RESPONSIVE.exec(value)
    rules[0].push(`${name}: ${found ? found[4] : value}`)
    if (found) rules.push([`@container ${found[1]} (${found[2]}) { :host { ${name}: ${found[3]} } }`])
  }
  for (const [attribute, name] of Object.entries(LENGTHS)) {
    const value = box.own(attribute)
    if (value) add(name, value.startsWith("@") ? value.replace(/(?<=[\s)])[a-z]+(-\d+)?(?=\s*(,|$))/g, steps) : steps(value))
  }
  for (const [attribute, name] of Object.entries(SIZES)) if (box.own(attribute)) add(name, box.own(attribute))
  if (box.own("border") && box.own("border") !== "none") add("border", "1px solid #e3e3e3")
  if (box.own("background")) add("background", BACKGROUNDS[box.own("background")] ?? "#fff")
  if (box.own("borderradius")) add("border-radius", RADII[box.own("borderradius")] ?? "8px")
  return `:host { ${rules[0].join(";")} } ${rules.slice(2).join(" ")}`
}

const BOX = Object.fromEntries(
  ["padding", "paddingBlock", "paddingInline", "paddingBlockStart", "paddingBlockEnd", "paddingInlineStart", "paddingInlineEnd", "gap", "rowGap", "columnGap", "inlineSize", "minInlineSize", "maxInlineSize", "blockSize", "minBlockSize", "maxBlockSize", "overflow", "alignItems", "alignContent", "justifyItems", "justifyContent", "gridTemplateColumns", "gridTemplateRows", "gridColumn", "gridRow", "border", "background", "borderRadius", "direction", "display", "accessibilityRole", "accessibilityLabel"].map((name) => [name, String]),
)

// Merchants' words for places on a page, as ARIA calls them.
const ROLES = { main: "main", header: "banner", footer: "contentinfo", section: "region", aside: "complementary", navigation: "navigation", "ordered-list": "list", "unordered-list": "list", "list-item": "listitem", status: "status", alert: "alert", separator: "separator" }

class BoxElement extends PolarisElement {
  static properties = BOX
  static css = ":host { display: block; min-inline-size: 0 } slot { display: contents }"

  #rules = new CSSStyleSheet()

  constructor() {
    super()
    this.shadowRoot.adoptedStyleSheets.push(this.#rules)
  }

  show() {
    this.#rules.replaceSync(boxRules(this) + (this.own("display") === "none" ? ":host { display: none }" : ""))
    const role = ROLES[this.own("accessibilityrole")]
    if (role) this.role(role)
    if (this.own("accessibilitylabel")) put(this, "aria-label", this.own("accessibilitylabel"))
  }
}

class StackElement extends BoxElement {
  static css = ":host { display: flex; flex-direction: column; min-inline-size: 0 } :host([direction=inline]) { flex-flow: row wrap; align-items: flex-start } slot { display: contents }"
}

class GridElement extends BoxElement {
  static css = ":host { display: grid; min-inline-size: 0 } slot { display: contents }"
}

class ScrollBoxElement extends BoxElement {
  static css = ":host { display: block; overflow: auto } slot { display: contents }"
}

define("s-box", class extends BoxElement {})
define("s-stack", StackElement)
define("s-grid", GridElement)
define("s-grid-item", class extends BoxElement {})
define("s-scroll-box", ScrollBoxElement)

define(
  "s-query-container",
  class extends PolarisElement {
    static properties = { containerName: String }
    static css = ":host { display: block; container-type: inline-size }"

    show() {
      this.style.containerName = this.own("containername")
    }
  },
)

define(
  "s-divider",
  class extends PolarisElement {
    static properties = { direction: String }
    static css = ":host { display: block; border-block-start: 1px solid #e3e3e3 } :host([direction=block]) { align-self: stretch; border-block-start: 0; border-inline-start: 1px solid #e3e3e3 }"
  },
)

// In the real admin App Bridge lifts the heading into the frame around the app; here it stays on the page.
define(
  "s-page",
  class extends PolarisElement {
    static properties = { heading: String, inlineSize: String }
    static css = `
      :host { display: block; min-block-size: 100vh; background: #f1f1f1 }
      .page { container-type: inline-size; max-inline-size: 998px; margin: 0 auto; padding: 16px }
      :host([inlinesize=large]) .page { max-inline-size: none }
      :host([inlinesize=small]) .page { max-inline-size: 662px }
      .head { display: flex; flex-wrap: wrap; gap: 8px 12px; align-items: center; margin-block-end: 16px }
      h1 { margin: 0; font-size: 20px; line-height: 28px; font-weight: 650; overflow-wrap: anywhere }
      .actions { display: flex; flex-wrap: wrap; gap: 8px; margin-inline-start: auto }
      .body { display: grid; gap: 16px; align-items: start }
      .main, .aside { display: grid; gap: 16px; min-inline-size: 0 }
      .aside:not(.filled), .trail:not(.filled) { display: none }
      @container (inline-size > 700px) { .body:has(.aside.filled) { grid-template-columns: minmax(0, 2fr) minmax(0, 1fr) } }
    `

    draw() {
      const actions = h("div", { class: "actions" }, slot("secondary-actions"), slot("primary-action"))
      const trail = h("div", { class: "trail" }, slot("breadcrumb-actions"))
      const head = h("div", { class: "head" }, trail, h("h1"), slot("accessory"), slot("supplemental-start"), actions)
      const body = h("div", { class: "body" }, h("div", { class: "main" }, slot()), h("div", { class: "aside" }, slot("aside")))
      const page = h("div", { class: "page" }, head, body)
      page.addEventListener("slotchange", () => this.show())
      return [page]
    }

    show() {
      this.find("h1").textContent = this.own("heading")
      this.find("h1").hidden = !this.own("heading")
      this.find(".aside").classList.toggle("filled", this.filled("aside"))
      this.find(".trail").classList.toggle("filled", this.filled("breadcrumb-actions"))
    }
  },
)

define(
  "s-section",
  class extends PolarisElement {
    static properties = { heading: String, subheading: String, padding: String, accessibilityLabel: String }
    static css = `
      :host { display: block; min-inline-size: 0 }
      section { background: #fff; border-radius: 12px; box-shadow: 0 1px 0 #0000000d, 0 0 0 1px #0000000f; padding: 16px }
      :host([padding=none]) section { padding: 0; overflow: hidden }
      :host([padding=none]) .head.filled { padding: 16px 16px 0 }
      :host(.nested) section { padding: 0; box-shadow: none; background: none }
      .head { display: none; flex-wrap: wrap; gap: 8px; align-items: center }
      .head.filled { display: flex; margin-block-end: 12px }
      .title { margin: 0; font-size: 14px; font-weight: 650 }
      .under { margin: 0; color: #616161; flex-basis: 100%; order: 1 }
      .actions { display: flex; gap: 8px; margin-inline-start: auto }
      .body { display: grid; gap: 12px; min-inline-size: 0 }
    `

    draw() {
      const actions = h("div", { class: "actions" }, slot("accessory"), slot("secondary-actions"), slot("primary-action"))
      const head = h("div", { class: "head" }, h("div", { class: "title" }), h("p", { class: "under" }), actions)
      return [h("section", {}, head, slot("graphic"), h("div", { class: "body" }, slot()), slot("supplemental"))]
    }

    show() {
      const [heading, under] = [this.own("heading"), this.own("subheading")]
      const nested = this.parentElement?.closest("s-section")
      this.classList.toggle("nested", Boolean(nested))
      const title = h(nested ? "h3" : "h2", { class: "title" }, heading)
      this.find(".title").replaceWith(heading ? title : h("div", { class: "title" }))
      this.find(".under").textContent = under
      this.find(".under").hidden = !under
      this.find(".head").classList.toggle("filled", Boolean(heading || under))
      put(this.find("section"), "aria-label", this.own("accessibilitylabel") || heading)
    }
  },
)
