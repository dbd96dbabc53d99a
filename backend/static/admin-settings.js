// The settings page's own elements: rows that can be added and removed, the chat as it would look, and the way to what
// is wrong.

// <row-list>: a <template> with a blank row, rows, and buttons with data-row="add" and, in each row, data-row="remove".
class RowListElement extends HTMLElement {
  #listening

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController())
    const stored = [...this.#rows.children]
    this.addEventListener("click", this.#act, { signal })
    this.closest("form").addEventListener("reset", () => this.#rows.replaceChildren(...stored), { signal })
  }

  disconnectedCallback() {
    this.#listening.abort()
  }

  #act = (event) => {
    const { row } = event.target.closest("[data-row]")?.dataset ?? {}
    if (row === "add") this.#add()
    if (row === "remove") this.#remove(event.target.closest("[data-part=row]"))
  }

  #add() {
    const row = this.querySelector("template").content.firstElementChild.cloneNode(true)
    this.#rows.append(row)
    row.querySelector("[name]").focus()
    this.#tell()
  }

  #remove(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling
    row.remove()
    const other = next?.querySelector("[name]") ?? this.querySelector("[data-row=add]")
    other.focus()
    this.#tell()
  }

  get #rows() {
    return this.querySelector("[data-part=rows]")
  }

  // The save bar compares the form when something in it changes.
  #tell() {
    this.dispatchEvent(new Event("change", { bubbles: true }))
  }
}

// <chat-preview for="form">: shows what stands in the form's fields, before it is saved.
class ChatPreviewElement extends HTMLElement {
  #listening

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController())
    const form = document.getElementById(this.getAttribute("for"))
    for (const name of ["input", "change"]) form.addEventListener(name, () => this.#show(form), { signal })
    form.addEventListener("reset", () => queueMicrotask(() => this.#show(form)), { signal })
  }

  disconnectedCallback() {
    this.#listening.abort()
  }

  #show(form) {
    const chosen = new FormData(form)
    for (const part of this.querySelectorAll("[data-shows]")) {
      const text = String(chosen.get(part.dataset.shows) ?? "").trim()
      part.textContent = text || part.dataset.otherwise
    }
    for (const sample of this.querySelectorAll("[data-tone]")) sample.hidden = sample.dataset.tone !== chosen.get("tone")
  }
}

// <first-error>: around what a refused form is told; leads to the first field that is wrong, else stays at the words.
class FirstErrorElement extends HTMLElement {
  connectedCallback() {
    this.tabIndex = -1
    // After whoever has put the page in place has chosen a focus.
    queueMicrotask(() => (document.querySelector("main [error]:not([error=''])") ?? this).focus())
  }
}

customElements.get("first-error") ?? customElements.define("first-error", FirstErrorElement)
customElements.get("row-list") ?? customElements.define("row-list", RowListElement)
customElements.get("chat-preview") ?? customElements.define("chat-preview", ChatPreviewElement)
