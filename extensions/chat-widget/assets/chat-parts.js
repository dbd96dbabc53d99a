// What the elements of the panel share: finding their parts and words, saying what has happened, telling the time.

export function part(element, name) {
  return element.querySelector(`[data-part="${name}"]`)
}

/** A place in a shape that is filled with what a message or a conversation has. */
export function field(element, name) {
  return element.querySelector(`[data-field="${name}"]`)
}

/** The sentence for a code, or the general one for codes of a later back end. */
export function problemWords(element, code) {
  const { content } = part(element, "problems")
  return (content.querySelector(`[data-code="${code}"]`) ?? content.firstElementChild).textContent
}

/** Reaches every element around it in the panel; the page is not told. */
export function say(element, name, detail) {
  element.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }))
}

/** Reaches the launcher, and with it the page, so the name is one that nobody else has. */
export function announce(element, name, detail) {
  element.dispatchEvent(new CustomEvent(`flux-chat:${name}`, { composed: true, detail }))
}

/** Call the act that an event's name stands for, with what the event tells. */
export function hear(target, acts, signal) {
  for (const [name, act] of Object.entries(acts)) target.addEventListener(name, ({ detail }) => act(detail), { signal })
}

export function define(tag, element) {
  if (!customElements.get(tag)) customElements.define(tag, element)
}

/** Themes have shortcuts of single keys, and take what is typed in here for one of them. */
export function keepKeys(element, signal) {
  for (const name of ["keydown", "keypress", "keyup"])
    element.addEventListener(name, (event) => event.stopPropagation(), { signal })
}

/** The page's language as `Intl` takes it, which throws at `zh_CN` and at nothing at all; then the browser's own. */
export function localeOf(host) {
  try {
    return Intl.getCanonicalLocales(host.getAttribute("locale").replaceAll("_", "-"))[0]
  } catch {
    return undefined
  }
}

/** The time alone for today's messages, the day as well for others. */
export function clockFor(locale) {
  const today = new Date().toDateString()
  const time = formatFor(locale, { timeStyle: "short" })
  const day = formatFor(locale, { dateStyle: "medium", timeStyle: "short" })

  return (at) => {
    const date = new Date(at)
    return (date.toDateString() === today ? time : day).format(date)
  }
}

/** The day and the time of all, for what is read long afterwards. */
export function calendarFor(locale) {
  const day = formatFor(locale, { dateStyle: "long", timeStyle: "short" })
  return (at) => day.format(new Date(at))
}

// A name that the browser does not know must not cost the shopper the chat.
function formatFor(locale, options) {
  try {
    return new Intl.DateTimeFormat(locale, options)
  } catch {
    return new Intl.DateTimeFormat(undefined, options)
  }
}
