// What the panel's elements share: their pieces and words, events and times.

export function find(element, name) {
  return element.querySelector(`[data-part="${name}"]`)
}

export function field(element, name) {
  return element.querySelector(`[data-field="${name}"]`)
}

/** A copy of what a template holds; null without one. */
export function copyShape(shapes, name) {
  const shape = shapes.querySelector(`template[data-shape="${name}"]`)
  return shape && document.importNode(shape.content.firstElementChild, true)
}

/** Also for the codes of a later back end. */
export function problemWords(element, code) {
  const { content } = find(element, "problems")
  return (content.querySelector(`[data-code="${code}"]`) ?? content.firstElementChild).textContent
}

/** To the elements around it; the page is not told. */
export function say(element, name, detail) {
  element.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }))
}

/** To the launcher, and with it the page, so the name is ours alone. */
export function announce(element, name, detail) {
  element.dispatchEvent(new CustomEvent(`flux-chat:${name}`, { composed: true, detail }))
}

export function hear(target, acts, signal) {
  for (const [name, act] of Object.entries(acts)) {
    target.addEventListener(name, ({ detail }) => act(detail), { signal })
  }
}

export function define(tag, element) {
  if (!customElements.get(tag)) customElements.define(tag, element)
}

/** Themes take what is typed for their shortcuts of single keys. */
export function keepKeys(element, signal) {
  for (const name of ["keydown", "keypress", "keyup"]) {
    element.addEventListener(name, (event) => event.stopPropagation(), { signal })
  }
}

/** As `Intl` takes it, which throws at `zh_CN` and at nothing at all; else the browser's own. */
export function localeOf(host) {
  try {
    return Intl.getCanonicalLocales(host.getAttribute("locale").replaceAll("_", "-"))[0]
  } catch {
    return undefined
  }
}

/** The time alone for today, the day as well for others. */
export function clockFor(locale) {
  const today = new Date().toDateString()
  const time = formatFor(locale, { timeStyle: "short" })
  const day = formatFor(locale, { dateStyle: "medium", timeStyle: "short" })

  return (at) => {
    const date = new Date(at)
    return (date.toDateString() === today ? time : day).format(date)
  }
}

/** For what is read long afterwards. */
export function calendarFor(locale) {
  const day = formatFor(locale, { dateStyle: "long", timeStyle: "short" })
  return (at) => day.format(new Date(at))
}

export function dayFormat(locale) {
  return formatFor(locale, { dateStyle: "long" })
}

// A name that the browser does not know must not cost the chat.
function formatFor(locale, options) {
  try {
    return new Intl.DateTimeFormat(locale, options)
  } catch {
    return new Intl.DateTimeFormat(undefined, options)
  }
}
