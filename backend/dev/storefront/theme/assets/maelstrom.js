// What a theme brings that has old libraries in it: prototypes that are not as they were, and keys that it wants.

;(() => {
  // As a library of 2007 did; everybody's `for in` meets these.
  Array.prototype.toJSON = function () {
    return `[${this.map((item) => JSON.stringify(item)).join(", ")}]`
  }
  Array.prototype.entries = function () {
    return this.slice()
  }
  Array.prototype.last = function () {
    return this[this.length - 1]
  }
  Array.prototype.reduce = function () {
    return this.length > 1 ? this : this[0]
  }
  Object.prototype.extend = function (other) {
    return Object.assign(this, other)
  }
  String.prototype.strip = String.prototype.trim
  Array.from = (list) => {
    const copy = []
    for (let at = 0; at < (list?.length ?? 0); at += 1) copy.push(list[at])
    return copy
  }

  // Every request goes through its own hands.
  const { fetch } = window
  window.fetch = (...asked) => {
    window.requestsSeen = (window.requestsSeen ?? 0) + 1
    return fetch.apply(window, asked)
  }

  // Single keys are shortcuts wherever this theme sees no text box of its own.
  document.addEventListener("keydown", (event) => {
    if (event.target.matches?.("input, textarea, select") || event.key.length > 1) return

    event.preventDefault()
    window.shortcuts = [...(window.shortcuts ?? []), event.key]
  })

  // Names that somebody else may want as well.
  for (const name of ["Session", "Turn", "Ladder", "part", "say", "field"]) window[name] = name

  addEventListener("DOMContentLoaded", () => {
    for (const id of ["chat-title", "chat-input", "chat-problem", "chat-notice"]) {
      document.body.append(Object.assign(document.createElement("div"), { id, hidden: true }))
    }
  })
})()
