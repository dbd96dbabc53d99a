// The home page: whether the published theme shows the chat, as App Bridge knows it.

// <embed-status handle="block">: shows the one of its parts marked data-state that is true.
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
  }
}

customElements.get("embed-status") ?? customElements.define("embed-status", EmbedStatusElement)
