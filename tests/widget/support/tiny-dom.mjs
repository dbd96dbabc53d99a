// As much of a document as drawing Markdown needs, so that it can be read without a browser.

class TinyElement {
  constructor(tag) {
    this.tag = tag
    this.childNodes = []
  }

  append(...nodes) {
    for (const node of nodes) {
      if (node instanceof TinyElement) node.parent = this
      this.childNodes.push(node)
    }
  }

  replaceChildren(...nodes) {
    this.childNodes = []
    this.append(...nodes)
  }

  remove() {
    this.parent.childNodes = this.parent.childNodes.filter((node) => node !== this)
  }

  get children() {
    return this.childNodes.filter((node) => node instanceof TinyElement)
  }

  get lastElementChild() {
    return this.children.at(-1)
  }

  get textContent() {
    return this.childNodes.map((node) => node.textContent ?? node).join("")
  }

  /** This element and all below it. */
  get all() {
    return [this, ...this.children.flatMap((child) => child.all)]
  }
}

export function useTinyDom() {
  globalThis.document = { createElement: (tag) => new TinyElement(tag) }
  return document
}
