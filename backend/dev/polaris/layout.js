// The page, and what stands beside or below what.

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
const RADII = { none: "0", small: "6px", base: "8px", large: "12px", max: "9999px" }

// `@container (inline-size > 500px) 1fr 1fr, 1fr` is the first where the condition holds, and else the second.
const RESPONSIVE = /^@container\s*([\w-]*)\s*\(([^)]*)\)\s*(.*),\s*([^,]*)$/

const rule = (name, value) => {
  const found = RESPONSIVE.exec(value)
  if (!found) return `:host { ${name}: ${value} }`
  const [, container, condition, first, second] = found
  return `:host { ${name}: ${second} } @container ${container} (${condition}) { :host { ${name}: ${first} } }`
}

const boxRules = (box) => {
  const rules = []
  for (const [attribute, name] of Object.entries(LENGTHS)) {
    if (box.own(attribute)) rules.push(rule(name, steps(box.own(attribute))))
  }
  for (const [attribute, name] of Object.entries(SIZES)) {
    if (box.own(attribute)) rules.push(rule(name, box.own(attribute)))
  }
  const [border, background, radius] = ["border", "background", "borderradius"].map((name) => box.own(name))
  if (border && border !== "none") rules.push(":host { border: 1px solid #e3e3e3 }")
  if (background) rules.push(`:host { background: ${BACKGROUNDS[background] ?? "#fff"} }`)
  if (radius) rules.push(`:host { border-radius: ${RADII[radius] ?? "8px"} }`)
  if (box.own("display") === "none") rules.push(":host { display: none }")
  return rules.join("\n")
}

// Shopify's words for what a box is, as ARIA has them.
const ROLES = {
  main: "main",
  header: "banner",
  footer: "contentinfo",
  section: "region",
  aside: "complementary",
  navigation: "navigation",
  "ordered-list": "list",
  "unordered-list": "list",
  "list-item": "listitem",
  status: "status",
  alert: "alert",
  separator: "separator",
}

class BoxElement extends PolarisElement {
  static looks = ["box"]
  static properties = {
    ...strings("padding paddingBlock paddingInline paddingBlockStart paddingBlockEnd paddingInlineStart"),
    ...strings("paddingInlineEnd gap rowGap columnGap inlineSize minInlineSize maxInlineSize blockSize"),
    ...strings("minBlockSize maxBlockSize overflow alignItems alignContent justifyItems justifyContent"),
    ...strings("gridTemplateColumns gridTemplateRows gridColumn gridRow border background borderRadius"),
    ...strings("direction display accessibilityRole accessibilityLabel"),
  }

  #rules = new CSSStyleSheet()

  constructor() {
    super()
    this.shadowRoot.adoptedStyleSheets.push(this.#rules)
  }

  show() {
    this.#rules.replaceSync(boxRules(this))
    const [role, label] = [ROLES[this.own("accessibilityrole")], this.own("accessibilitylabel")]
    if (role) this.takeRole(role, label)
  }
}

for (const tag of ["s-box", "s-stack", "s-grid", "s-grid-item", "s-scroll-box"]) define(tag, class extends BoxElement {})

define(
  "s-query-container",
  class extends PolarisElement {
    static properties = strings("containerName")

    show() {
      this.style.containerName = this.own("containername")
    }
  },
)

define(
  "s-divider",
  class extends PolarisElement {
    static properties = strings("direction color")
  },
)

// In the real admin App Bridge lifts the heading into the frame around the app; here it stays on the page.
define(
  "s-page",
  class extends PolarisElement {
    static properties = strings("heading inlineSize")

    draw() {
      const actions = h("div", { class: "actions" }, slot("secondary-actions"), slot("primary-action"))
      const trail = h("div", { class: "trail" }, slot("breadcrumb-actions"))
      const head = h("div", { class: "head" }, trail, h("h1"), slot("accessory"), slot("supplemental-start"), actions)
      const aside = h("div", { class: "aside" }, slot("aside"))
      const body = h("div", { class: "body" }, h("div", { class: "main" }, slot()), aside)
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
    static properties = strings("heading subheading padding accessibilityLabel")

    draw() {
      const actions = h("div", { class: "actions" }, slot("accessory"), slot("secondary-actions"), slot("primary-action"))
      const title = h("div", { class: "title" })
      const head = h("div", { class: "head" }, title, h("p", { class: "under" }), actions)
      const body = h("div", { class: "body" }, slot())
      return [h("section", {}, head, slot("graphic"), body, slot("supplemental"))]
    }

    show() {
      const [heading, under] = [this.own("heading"), this.own("subheading")]
      const isNested = Boolean(this.parentElement?.closest("s-section"))
      const tag = heading ? (isNested ? "h3" : "h2") : "div"
      this.classList.toggle("nested", isNested)
      this.find(".title").replaceWith(h(tag, { class: "title" }, heading))
      this.find(".under").textContent = under
      this.find(".under").hidden = !under
      this.find(".head").classList.toggle("filled", Boolean(heading || under))
      put(this.find("section"), "aria-label", this.own("accessibilitylabel") || heading)
    }
  },
)
