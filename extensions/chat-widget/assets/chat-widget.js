// <flux-chat-widget>: the launcher. Loads the panel at the first sign of interest.
// Shopify loads it as a classic script, so the block keeps its names to itself.

{
  const TAG = "flux-chat-widget"
  // After these, our corner may have a bar to stand on, or a dialog to make room for.
  const STIRS = ["click", "focusin", "toggle", "transitionend", "animationend", "scrollend"]
  const DIALOGS = "dialog[open], [role='dialog'], [role='alertdialog'], [aria-modal='true']"

  class ChatWidgetElement extends HTMLElement {
    #listening
    #watching
    #loading
    #looking
    #lift = 0

    connectedCallback() {
      // Scripts of themes may bring another one; the newest stays.
      for (const other of document.querySelectorAll(TAG)) {
        if (other !== this) other.remove()
      }

      const { signal } = (this.#listening = new AbortController())
      this.addEventListener("pointerenter", this.#preload, { signal })
      this.addEventListener("focusin", this.#preload, { signal })
      this.addEventListener("click", this.#toggle, { signal })
      this.addEventListener("flux-chat:open", this.#showOpen, { signal })
      this.addEventListener("flux-chat:close", this.#showClosed, { signal })
      this.addEventListener("flux-chat:receive", this.#showUnread, { signal })
      this.addEventListener("flux-chat:wait", this.#watchNews, { signal })

      // The parser may still be inside this element.
      const isLoading = document.readyState === "loading"
      if (isLoading) document.addEventListener("DOMContentLoaded", this.#begin, { signal })
      else this.#begin()
    }

    disconnectedCallback() {
      this.#listening.abort()
      this.#watching?.abort()
    }

    #begin = () => {
      if (!this.shadowRoot && !this.#attachMarkup()) return

      this.#dress()
      this.#watchCorner(this.#listening.signal)
      const [, token] = location.hash.split("#flux-chat=")
      const left = this.#left
      if (token) history.replaceState(history.state, "", location.pathname + location.search)
      if (token || left === "yes") this.#open({ isReturning: !token, token })
      else if (left) this.#watchNews()
    }

    // For browsers without declarative shadow roots, and markup that came by script.
    #attachMarkup() {
      const template = this.querySelector("template[shadowrootmode]")
      if (!template) return null

      const content = document.importNode(template.content, true)
      this.attachShadow({ mode: "open" }).append(content)
      return template
    }

    /** A strict content policy drops styles in a page, but not those set by a script. */
    #dress() {
      for (const { sheet, textContent } of this.shadowRoot.querySelectorAll("style")) {
        if (sheet) continue

        const dress = new CSSStyleSheet()
        dress.replaceSync(textContent)
        this.shadowRoot.adoptedStyleSheets.push(dress)
      }
      this.style.cssText ||= this.getAttribute("style")
    }

    /** By pages before: "yes" with the panel open, else something while a person is awaited. */
    get #left() {
      const shop = this.getAttribute("shop")
      try {
        const own = sessionStorage.getItem(`flux-chat/open-${shop}`)
        return own ?? localStorage.getItem(`flux-chat/wait-${shop}`)
      } catch {
        return null
      }
    }

    /** Without it the next page tries again. */
    #watchNews = async () => {
      const { signal } = (this.#watching = new AbortController())
      const script = await import(this.getAttribute("news-script")).catch(() => null)
      if (!signal.aborted) script?.watchNews(this, signal)
    }

    #watchCorner(signal) {
      const watching = new MutationObserver(this.#lookSoon)
      watching.observe(document.documentElement, { attributeFilter: ["class", "style"] })
      watching.observe(document.body, { attributeFilter: ["class", "style"], childList: true })
      signal.addEventListener("abort", () => watching.disconnect())

      for (const name of STIRS) {
        document.addEventListener(name, this.#lookSoon, { signal, capture: true })
      }
      addEventListener("resize", this.#lookSoon, { signal })
      this.#lookSoon()
    }

    #lookSoon = () => {
      this.#looking ??= (window.requestIdleCallback ?? setTimeout)(this.#look, { timeout: 200 })
    }

    #look = () => {
      this.#looking = undefined
      if (!this.isConnected) return

      this.#getFree()
      if (this.hasAttribute("data-flux-chat-full-screen")) return

      const { left, right, bottom } = this.#find("launcher").getBoundingClientRect()
      const found = document.elementsFromPoint((left + right) / 2, bottom + this.#lift - 4)
      const others = found.filter((one) => one !== this)
      const bar = others.map(barAround).find(Boolean)

      this.#lift = bar ? Math.round(innerHeight - bar.top) : 0
      this.style.setProperty("--flux-chat-lift", `${this.#lift}px`)
      const hidesDialog = !bar && others.some((one) => one.closest(DIALOGS))
      this.toggleAttribute("data-flux-chat-aside", this.#hidesFocus || hidesDialog)
    }

    /** What is fixed moves with a page that is transformed or zoomed; the top layer stays. */
    #getFree() {
      const { bottom } = this.#find("launcher").getBoundingClientRect()
      const isCaught = this.offsetParent || bottom < 0 || bottom > innerHeight
      this.style.setProperty("--flux-chat-zoom", 1 / (this.parentElement?.currentCSSZoom ?? 1))
      if (!isCaught || !this.showPopover || this.matches(":popover-open")) return

      this.popover = "manual"
      this.showPopover()
    }

    get #hidesFocus() {
      const focused = document.activeElement
      if (!focused || focused === document.body || focused === this) return false

      const inner = focused.getBoundingClientRect()
      const ours = [this.#find("launcher"), this.#panel]
      return ours.some((own) => encloses(own.getBoundingClientRect(), inner))
    }

    #preload = () => this.#load().catch(() => {})

    #toggle = (event) => {
      if (!event.composedPath().includes(this.#find("launcher"))) return

      if (this.#panel.isOpen) this.#panel.close()
      else this.#open()
    }

    async #open(how) {
      this.#find("launch-problem").textContent = ""
      try {
        await this.#load()
        if (this.isConnected) this.#panel.open(how)
      } catch {
        const problem = this.#find("launch-problem")
        problem.textContent = problem.dataset.words
      }
    }

    #load() {
      const load = () => Promise.all([import(this.getAttribute("panel-script")), this.#loadLook()])
      return (this.#loading ??= load().catch((error) => {
        this.#loading = undefined
        throw error
      }))
    }

    #loadLook() {
      const look = this.#find("look").content.firstElementChild.cloneNode()
      return new Promise((resolve, reject) => {
        look.addEventListener("load", resolve)
        look.addEventListener("error", () => reject(look.remove()))
        this.shadowRoot.append(look)
      })
    }

    #showOpen = () => {
      this.#watching?.abort()
      this.#find("launcher").setAttribute("aria-expanded", "true")
      this.#showUnread({ detail: { count: 0, number: "" } })
    }

    #showClosed = ({ detail }) => {
      this.#find("launcher").setAttribute("aria-expanded", "false")
      if (detail.returnsFocus) this.#find("launcher").focus()
    }

    #showUnread = ({ detail: { count, number } }) => {
      const { label, labelUnread } = this.#find("launcher").dataset
      const news = this.#find("news")
      const name = count ? labelUnread.replace("{count}", number) : label

      this.#find("launcher").setAttribute("aria-label", name)
      this.#find("unread").textContent = number
      this.#find("unread").hidden = !count
      news.textContent = count ? news.dataset.words : ""
    }

    get #panel() {
      return this.#find("panel")
    }

    #find(name) {
      return this.shadowRoot.querySelector(`[data-part="${name}"]`)
    }
  }

  /** The place of what is fixed below, as a cookie banner. */
  function barAround(element) {
    const { position, bottom } = getComputedStyle(element)
    const box = element.getBoundingClientRect()
    const stands = position === "fixed" || (position === "sticky" && bottom !== "auto")
    if (stands && box.top > innerHeight * 0.4 && box.bottom > innerHeight - 80) return box
    return element.parentElement && barAround(element.parentElement)
  }

  function encloses(outer, { left, top, right, bottom }) {
    return outer.left <= left && outer.top <= top && outer.right >= right && outer.bottom >= bottom
  }

  customElements.get(TAG) ?? customElements.define(TAG, ChatWidgetElement)
}
