// The home page: whether the published theme shows the chat, as App Bridge knows it, and what the app may read.

// <embed-status handle="block">: shows the one of its parts marked data-state that is true, and says it upwards.
class EmbedStatusElement extends HTMLElement {
  connectedCallback() {
    this.#ask()
    addEventListener("focus", this.#ask)
  }

  disconnectedCallback() {
    removeEventListener("focus", this.#ask)
  }

  // Somebody who comes back from the theme editor may have switched it.
  #ask = async () => {
    this.#show(await shopify.app.extensions().then((found) => this.#stateIn(found), () => "unknown"))
  }

  #stateIn(extensions) {
    const blocks = extensions.flatMap(({ activations }) => activations ?? [])
    const block = blocks.find(({ handle }) => handle === this.getAttribute("handle"))
    return block ? (block.status === "active" ? "on" : "off") : "unknown"
  }

  #show(state) {
    for (const part of this.querySelectorAll("[data-state]")) part.hidden = part.dataset.state !== state
    this.dispatchEvent(new CustomEvent("embed:state", { bubbles: true, detail: { state } }))
  }
}

customElements.get("embed-status") ?? customElements.define("embed-status", EmbedStatusElement)

// <setup-guide>: the step that only the browser can know is ticked here, and all of them are counted.
class SetupGuideElement extends HTMLElement {
  connectedCallback() {
    document.addEventListener("embed:state", this.#tick)
  }

  disconnectedCallback() {
    document.removeEventListener("embed:state", this.#tick)
  }

  #tick = ({ detail: { state } }) => {
    const step = this.querySelector("[data-step=theme]")
    step.toggleAttribute("data-done", state === "on")
    step.querySelector("[data-part=done]").hidden = state !== "on"
    this.querySelector("[data-part=count]").textContent = this.querySelectorAll("[data-done]").length
  }
}

customElements.get("setup-guide") ?? customElements.define("setup-guide", SetupGuideElement)

// <scope-request scopes="a,b">: its button asks the merchant for them; shows the one of its parts marked data-state
// that is true then.
class ScopeRequestElement extends HTMLElement {
  #listening

  connectedCallback() {
    this.#listening = new AbortController()
    this.addEventListener("click", this.#ask, { signal: this.#listening.signal })
  }

  disconnectedCallback() {
    this.#listening.abort()
  }

  #ask = async (event) => {
    if (!event.target.closest("[data-part=grant]")) return
    this.#show(await shopify.scopes.request(this.getAttribute("scopes").split(",")).then(this.#stateOf, () => "failed"))
  }

  #stateOf = ({ result }) => (result === "granted-all" ? "granted" : "lacking")

  #show(state) {
    for (const part of this.querySelectorAll("[data-state]")) part.hidden = part.dataset.state !== state
  }
}

customElements.get("scope-request") ?? customElements.define("scope-request", ScopeRequestElement)
