// What every stand-in element is made of: attributes that are properties too, one shadow root, and its look.

const STEPS = {
  none: 0,
  "small-500": 1,
  "small-400": 2,
  "small-300": 4,
  "small-200": 6,
  "small-100": 8,
  small: 12,
  base: 16,
  large: 20,
  "large-100": 24,
  "large-200": 32,
  "large-300": 40,
  "large-400": 48,
  "large-500": 64,
}

// "small base" is two steps; a word that is none is taken as it is.
const steps = (words) => words.replace(/[a-z]+(-\d+)?/g, (word) => (word in STEPS ? `${STEPS[word]}px` : word))

const sheets = new Map()

// LOOKS comes from looks.css, by the name above each part; what has no look of its own has that of `every`.
const look = (name) => {
  if (!sheets.has(name)) {
    sheets.set(name, new CSSStyleSheet())
    sheets.get(name).replaceSync(LOOKS[name] ?? "")
  }
  return sheets.get(name)
}

// An attribute that is empty, false or null is left out.
const put = (element, name, value) => {
  if (value === false || value === null || value === undefined || value === "") element.removeAttribute(name)
  else element.setAttribute(name, value === true ? "" : value)
}

const h = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) put(made, name, value)
  made.append(...children)
  return made
}

const slot = (name) => h("slot", { name })

// `{ label: String, … }` of a line of names.
const strings = (names) => Object.fromEntries(names.split(" ").map((name) => [name, String]))

class PolarisElement extends HTMLElement {
  static properties = {}
  static looks = []
  static delegatesFocus = false

  static get observedAttributes() {
    return Object.keys(this.properties).map((name) => name.toLowerCase())
  }

  constructor() {
    super()
    const { looks, delegatesFocus } = this.constructor
    const root = this.attachShadow({ mode: "open", delegatesFocus })
    root.adoptedStyleSheets = ["every", ...looks, this.localName].map(look)
    root.append(...this.draw())
  }

  connectedCallback() {
    this.show()
  }

  attributeChangedCallback() {
    if (this.isConnected) this.show()
  }

  // What stands in the shadow, once.
  draw() {
    return [slot()]
  }

  // What the attributes say now.
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

  takeRole(name, label = "") {
    if (!this.hasAttribute("role")) this.setAttribute("role", name)
    if (label) this.setAttribute("aria-label", label)
  }
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

// Properties are attributes, but for those that a class has made itself, such as a field's `value`.
const define = (tag, element) => {
  for (const [name, kind] of Object.entries(element.properties)) {
    const isOurs = name in element.prototype && !(name in HTMLElement.prototype)
    if (!isOurs) Object.defineProperty(element.prototype, name, property(name.toLowerCase(), kind))
  }
  customElements.define(tag, element)
}
