// What every stand-in element is made of: attributes that are properties too, one shadow root, one style sheet.

const LOOK = `
  :host { box-sizing: border-box; font: 13px/20px Inter, system-ui, "Noto Sans", sans-serif; color: #303030 }
  :host([hidden]) { display: none }
  *, *::before, *::after { box-sizing: border-box; font: inherit }
  :focus-visible { outline: 2px solid #005bd3; outline-offset: 1px }
  .unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
`

const STEPS = { none: 0, "small-500": 1, "small-400": 2, "small-300": 4, "small-200": 6, "small-100": 8, small: 12, base: 16, large: 20, "large-100": 24, "large-200": 32, "large-300": 40, "large-400": 48, "large-500": 64 }

const TONES = {
  info: ["#00527c", "#eaf4ff"],
  success: ["#0c5132", "#cdfee1"],
  caution: ["#4f4700", "#fff8db"],
  warning: ["#5e4200", "#fff1e3"],
  critical: ["#8e1f0b", "#fee9e8"],
  neutral: ["#4a4a4a", "#ececec"],
}

const sheets = new Map()

const sheet = (css) => {
  if (!sheets.has(css)) {
    sheets.set(css, new CSSStyleSheet())
    sheets.get(css).replaceSync(css)
  }
  return sheets.get(css)
}

// An element with attributes and children; an attribute that is false or null is left out.
const h = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) put(made, name, value)
  made.append(...children)
  return made
}

const put = (element, name, value) => {
  if (value === false || value === null || value === undefined || value === "") element.removeAttribute(name)
  else element.setAttribute(name, value === true ? "" : value)
}

const slot = (name) => h("slot", { name })

// "small base" is two steps; a word that is none is taken as it is.
const steps = (words) => words.split(/\s+/).map((word) => (word in STEPS ? `${STEPS[word]}px` : word)).join(" ")

class PolarisElement extends HTMLElement {
  static properties = {}
  static css = ""
  static delegatesFocus = false

  static get observedAttributes() {
    return Object.keys(this.properties).map((name) => name.toLowerCase())
  }

  constructor() {
    super()
    const { css, delegatesFocus } = this.constructor
    const root = this.attachShadow({ mode: "open", delegatesFocus })
    root.adoptedStyleSheets = [sheet(LOOK), sheet(css)]
    root.append(...this.draw())
  }

  connectedCallback() {
    this.show()
  }

  attributeChangedCallback() {
    if (this.isConnected) this.show()
  }

  draw() {
    return [slot()]
  }

  show() {}

  find(selector) {
    return this.shadowRoot.querySelector(selector)
  }

  own(name) {
    return this.getAttribute(name) ?? ""
  }

  // Whether anything stands in that slot.
  filled(name) {
    return [...this.children].some((child) => child.slot === name)
  }

  // A name for something else that shadows hide from CSS.
  role(name, fallback = {}) {
    if (!this.hasAttribute("role")) this.setAttribute("role", name)
    for (const [attribute, value] of Object.entries(fallback)) put(this, attribute, value)
  }
}

const define = (tag, element) => {
  for (const [name, kind] of Object.entries(element.properties)) {
    if (name in element.prototype && !(name in HTMLElement.prototype)) continue
    Object.defineProperty(element.prototype, name, property(name.toLowerCase(), kind))
  }
  customElements.define(tag, element)
}

const property = (attribute, kind) => ({
  configurable: true,
  get() {
    return kind === Boolean ? this.hasAttribute(attribute) : this.own(attribute)
  },
  set(value) {
    put(this, attribute, kind === Boolean ? Boolean(value) : value)
  },
})
