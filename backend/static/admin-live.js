// What changes while it is looked at: parts of a page, and the words of a reply that is being written.

const parser = new DOMParser()
const OURS = { "X-Requested-With": "fetch" }
// A reader sees no difference, and the server is asked less.
const PAUSE = 150
const AFTER_FAILURE = 3_000

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds))

// Resolves at once in a page that somebody looks at.
const seen = () =>
  document.hidden
    ? new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }))
    : Promise.resolve()

async function ask(address, signal) {
  const response = await fetch(address, { headers: OURS, signal })
  if (!response.ok) throw new Error(`${response.status}`)
  return response
}

// Asks until the element is gone; a server that cannot be reached is asked again later.
async function keepAsking(signal, once) {
  while (!signal.aborted) {
    await seen()
    try {
      if (await once()) return
    } catch {
      if (!signal.aborted) await pause(AFTER_FAILURE)
    }
  }
}

// <live-part changes="address" version="…">: when the address answers another version, the page's parts marked
// data-live are brought up to date, and nothing else of it is touched.
class LivePartElement extends HTMLElement {
  #listening

  connectedCallback() {
    this.#listening = new AbortController()
    keepAsking(this.#listening.signal, () => this.#look())
  }

  disconnectedCallback() {
    this.#listening.abort()
  }

  async #look() {
    const { signal } = this.#listening
    const address = new URL(this.getAttribute("changes"), location.href)
    address.searchParams.set("seen", this.getAttribute("version"))
    const { version } = await (await ask(address, signal)).json()
    if (version !== this.getAttribute("version")) await this.#refresh(signal)
  }

  async #refresh(signal) {
    const page = parser.parseFromString(await (await ask(location.href, signal)).text(), "text/html")
    if (signal.aborted || !page.querySelector("live-part")) return
    for (const part of document.querySelectorAll("main [data-live]")) update(part, page.getElementById(part.id))
    this.setAttribute("version", page.querySelector("live-part")?.getAttribute("version") ?? "")
    document.dispatchEvent(new Event("page:refresh"))
  }
}

// Children with an id and the same data-version stay as they are, so that what is read aloud is only what is new.
function update(part, fresh) {
  if (!fresh) return part.replaceChildren()
  if (part.innerHTML === fresh.innerHTML) return
  const focused = part.contains(document.activeElement) && document.activeElement.id
  const known = new Map([...part.children].filter((child) => child.dataset.version).map((child) => [child.id, child]))
  const wanted = [...fresh.childNodes].map((child) => keptOf(known, child) ?? document.adoptNode(child))
  for (const child of [...part.childNodes]) if (!wanted.includes(child)) child.remove()
  wanted.forEach((child, place) => {
    if (part.childNodes[place] !== child) part.insertBefore(child, part.childNodes[place] ?? null)
  })
  if (focused && !part.contains(document.activeElement)) document.getElementById(focused)?.focus()
}

function keptOf(known, child) {
  const mine = known.get(child.id)
  return mine && mine.dataset.version === child.dataset.version ? mine : null
}

// <live-reply src="address" after="number">: writes each piece of a reply where it belongs, as it comes.
class LiveReplyElement extends HTMLElement {
  #listening

  connectedCallback() {
    this.#listening = new AbortController()
    keepAsking(this.#listening.signal, () => this.#read())
  }

  disconnectedCallback() {
    this.#listening.abort()
  }

  async #read() {
    const address = `${this.getAttribute("src")}?after=${this.getAttribute("after")}`
    const { events } = await (await ask(address, this.#listening.signal)).json()
    for (const { id, name, data } of events) {
      this.setAttribute("after", id)
      this.#happened[name]?.(data)
    }
    await pause(PAUSE)
    return ["finished", "failed", "stopped", "handed_over"].includes(events.at(-1)?.name)
  }

  #happened = {
    // Offsets count as strings here do.
    text: ({ at, text }) => {
      const words = this.querySelector("[data-part=words]")
      words.textContent = words.textContent.slice(0, at) + text
      document.dispatchEvent(new Event("page:refresh"))
    },
    part: ({ id, heading, lines }) => {
      const parts = this.querySelector("[data-part=parts]")
      const drawn = drawPart(this.querySelector("template"), heading, lines)
      drawn.dataset.id = id
      const known = [...parts.children].find((part) => part.dataset.id === id)
      if (known) known.replaceWith(drawn)
      else parts.append(drawn)
    },
    restart: () => {
      this.querySelector("[data-part=words]").textContent = ""
      this.querySelector("[data-part=parts]").replaceChildren()
    },
  }
}

// What a reply shows besides its words, as a list with a heading.
function drawPart(template, heading, lines) {
  const drawn = template.content.firstElementChild.cloneNode(true)
  drawn.querySelector("[data-part=heading]").textContent = heading
  for (const words of lines) {
    const line = document.createElement("li")
    line.dir = "auto"
    line.textContent = words
    drawn.querySelector("[data-part=lines]").append(line)
  }
  return drawn
}

customElements.get("live-part") ?? customElements.define("live-part", LivePartElement)
customElements.get("live-reply") ?? customElements.define("live-reply", LiveReplyElement)
