// The page of posts: which half of it a phone shows, and pictures that only a signed request can read.

const OURS = { "X-Requested-With": "fetch" }
// What is drawn again within this time is not asked for again.
const KEPT = 5_000
// Which half somebody has chosen, by the page's path: an answer that arrives afterwards changes nothing of it.
const chosenTabs = new Map()

// <posts-desk shows="copilot or posts">: where there is no room for both, one of its two sections is shown.
class PostsDeskElement extends HTMLElement {
  #listening

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController())
    this.addEventListener("click", (event) => this.#choose(event.target.closest("[data-tab]")), { signal })
    // Whoever goes there by this link wants to see what it leads to.
    this.addEventListener("click", (event) => this.#follow(event.target.closest("[data-shows]")), { signal, capture: true })
    this.#show(chosenTabs.get(location.pathname) ?? this.getAttribute("shows"))
  }

  disconnectedCallback() {
    this.#listening.abort()
  }

  #choose(button) {
    if (!button) return
    chosenTabs.set(location.pathname, button.dataset.tab)
    this.#show(button.dataset.tab)
  }

  #follow(link) {
    if (link) chosenTabs.set(new URL(link.getAttribute("href"), location.href).pathname, link.dataset.shows)
  }

  #show(name) {
    this.setAttribute("shows", name)
    for (const button of this.querySelectorAll("[data-tab]")) {
      button.setAttribute("aria-pressed", String(button.dataset.tab === name))
    }
  }
}

// Pictures on the page, by address: each is fetched once, and given back when no element shows it any more.
const held = new Map()

function hold(address) {
  const known = held.get(address) ?? { count: 0, blob: fetchBlob(address) }
  known.count += 1
  held.set(address, known)
  return known.blob
}

function release(address) {
  const known = held.get(address)
  known.count -= 1
  setTimeout(() => known.count || drop(address, known), KEPT)
}

function drop(address, known) {
  if (held.get(address) !== known) return
  held.delete(address)
  known.blob.then(URL.revokeObjectURL, () => {})
}

async function fetchBlob(address) {
  const response = await fetch(address, { headers: OURS })
  if (!response.ok) throw new Error(`${response.status}`)
  return URL.createObjectURL(await response.blob())
}

// <post-picture src="address" alt="words" width height>: an image that is fetched, so that App Bridge signs it.
class PostPictureElement extends HTMLElement {
  #held

  async connectedCallback() {
    this.#held = this.getAttribute("src")
    try {
      this.#draw(await hold(this.#held))
    } catch {
      this.querySelector("[data-part=failed]").hidden = false
    }
  }

  disconnectedCallback() {
    release(this.#held)
  }

  #draw(blob) {
    const image = this.querySelector("img") ?? new Image()
    image.alt = this.getAttribute("alt")
    for (const side of ["width", "height"]) if (this.hasAttribute(side)) image[side] = this.getAttribute(side)
    image.src = blob
    this.prepend(image)
  }
}

customElements.get("posts-desk") ?? customElements.define("posts-desk", PostsDeskElement)
customElements.get("post-picture") ?? customElements.define("post-picture", PostPictureElement)
