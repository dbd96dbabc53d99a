// <chat-widget>: the launcher. Loads the panel at the first sign of interest, and nothing before that.
// Shopify loads this file as a classic script, so the block below keeps its names to itself.

{
  class ChatWidgetElement extends HTMLElement {
    #listening
    #loading
    #unread = 0

    connectedCallback() {
      const { signal } = (this.#listening = new AbortController())
      this.addEventListener("pointerenter", this.#preload, { signal })
      this.addEventListener("focusin", this.#preload, { signal })
      this.addEventListener("click", this.#toggle, { signal })
      this.addEventListener("panel:open", this.#showOpen, { signal })
      this.addEventListener("panel:close", this.#showClosed, { signal })
      this.addEventListener("panel:receive", this.#countUnread, { signal })
      // The parser may still be inside this element; the markup is complete when it has finished.
      if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", this.#begin, { signal })
      else this.#begin()
    }

    disconnectedCallback() {
      this.#listening.abort()
    }

    #begin = () => {
      if (!this.shadowRoot) this.#attachMarkup()
      if (this.#wasOpen) this.#open({ isReturning: true })
    }

    // For browsers that do not know declarative shadow roots, and for markup that a script has put into the page.
    #attachMarkup() {
      const { content } = this.querySelector("template[shadowrootmode]")
      this.attachShadow({ mode: "open" }).append(document.importNode(content, true))
    }

    get #wasOpen() {
      try {
        return sessionStorage.getItem(`flux-chat/open-${this.getAttribute("shop")}`) !== null
      } catch {
        return false
      }
    }

    #preload = () => this.#load().catch(() => {})

    #toggle = (event) => {
      if (!event.composedPath().includes(this.#part("launcher"))) return

      if (this.#panel.isOpen) this.#panel.close()
      else this.#open()
    }

    async #open(how) {
      this.#part("launch-problem").textContent = ""
      try {
        await this.#load()
        this.#panel.open(how)
      } catch {
        const problem = this.#part("launch-problem")
        problem.textContent = problem.dataset.words
      }
    }

    #load() {
      this.#loading ??= Promise.all([import(this.getAttribute("panel-script")), this.#loadLook()]).catch((error) => {
        this.#loading = undefined
        throw error
      })
      return this.#loading
    }

    #loadLook() {
      const look = this.#part("look").content.firstElementChild.cloneNode()
      return new Promise((resolve, reject) => {
        look.addEventListener("load", resolve)
        look.addEventListener("error", () => reject(look.remove()))
        this.shadowRoot.append(look)
      })
    }

    #showOpen = () => {
      this.#part("launcher").setAttribute("aria-expanded", "true")
      this.#showUnread(0)
    }

    #showClosed = ({ detail }) => {
      this.#part("launcher").setAttribute("aria-expanded", "false")
      if (detail.returnsFocus) this.#part("launcher").focus()
    }

    #countUnread = () => {
      if (!this.#panel.isOpen) this.#showUnread(this.#unread + 1)
    }

    #showUnread(count) {
      const { label, labelUnread } = this.#part("launcher").dataset
      this.#unread = count
      this.#part("launcher").setAttribute("aria-label", count ? labelUnread.replace("{count}", count) : label)
      this.#part("unread").textContent = count
      this.#part("unread").hidden = !count
    }

    get #panel() {
      return this.#part("panel")
    }

    #part(name) {
      return this.shadowRoot.querySelector(`[data-part="${name}"]`)
    }
  }

  customElements.get("chat-widget") ?? customElements.define("chat-widget", ChatWidgetElement)
}
