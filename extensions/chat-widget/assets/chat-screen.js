// On a phone the panel is the whole screen: the page rests, Tab stays inside, the keyboard has room.

/** The same as in `chat-widget.css`. */
const FULL_SCREEN = "(max-width: 480px), (max-height: 420px)"
// More than a browser's own bars take.
const KEYBOARD_PX = 120

export class Screen {
  #panel
  #query = matchMedia(FULL_SCREEN)
  #taken = null

  constructor(panel) {
    this.#panel = panel
  }

  get isTaken() {
    return this.#taken !== null
  }

  /** Taken whenever it is small, until `leave`. */
  enter() {
    this.#query.addEventListener("change", this.#adapt)
    this.#adapt()
  }

  leave() {
    this.#query.removeEventListener("change", this.#adapt)
    this.#release()
  }

  #adapt = () => {
    if (this.#query.matches) this.#take()
    else this.#release()
  }

  #take() {
    if (this.isTaken) return

    const { signal } = (this.#taken = new AbortController())
    this.#panel.setAttribute("aria-modal", "true")
    this.#panel.getRootNode().host.toggleAttribute("data-flux-chat-full-screen", true)
    this.#panel.addEventListener("keydown", this.#cycle, { signal })
    for (const name of ["resize", "scroll"]) visualViewport?.addEventListener(name, this.#fit, { signal })
    this.#fit()
    rest(outsidersOf(this.#panel), signal)
  }

  #release() {
    this.#taken?.abort()
    this.#taken = null
    this.#panel.removeAttribute("aria-modal")
    this.#panel.getRootNode().host?.removeAttribute("data-flux-chat-full-screen")
  }

  // The visual viewport is what the keyboard leaves; fingers that zoom make it smaller too.
  #fit = () => {
    const { height, offsetTop, scale } = visualViewport ?? { height: innerHeight, offsetTop: 0, scale: 1 }
    const isZoomed = Math.abs(scale - 1) > 0.01
    if (!isZoomed) this.#panel.style.setProperty("--flux-chat-screen-top", `${offsetTop}px`)
    this.#panel.style.setProperty("--flux-chat-screen-height", `${height * scale}px`)
    this.#panel.toggleAttribute("data-keyboard", innerHeight - height * scale > KEYBOARD_PX)
  }

  #cycle = (event) => {
    if (event.key !== "Tab") return

    const stops = [...this.#panel.querySelectorAll("a[href], button, textarea, input, [tabindex]")].filter(isStop)
    const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]]
    const { activeElement } = this.#panel.getRootNode()
    if (activeElement !== from && stops.includes(activeElement)) return

    event.preventDefault()
    to.focus()
  }
}

function isStop(element) {
  return element.tabIndex >= 0 && !element.disabled && !element.closest("[inert]") && element.getClientRects().length > 0
}

/** All that is neither the panel nor around it. */
function outsidersOf(panel) {
  const outsiders = []
  for (let node = panel; node && node !== document.body; node = parentOf(node)) {
    const siblings = node instanceof Element ? (node.parentNode?.children ?? []) : []
    outsiders.push(...[...siblings].filter((sibling) => sibling !== node && !sibling.inert))
  }
  return outsiders
}

function parentOf(node) {
  return node.parentNode ?? node.host
}

function rest(elements, until) {
  const { style } = document.documentElement
  const { overflow } = style
  for (const element of elements) element.inert = true
  style.overflow = "hidden"

  until.addEventListener("abort", () => {
    for (const element of elements) element.inert = false
    style.overflow = overflow
  })
}
