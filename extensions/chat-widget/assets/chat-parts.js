// What the elements of the panel share: their parts and words, what they say, how they tell the time.

export function part(element, name) {
  return element.querySelector(`[data-part="${name}"]`)
}

/** A place in a shape, to be filled. */
export function field(element, name) {
  return element.querySelector(`[data-field="${name}"]`)
}

/** The general one for codes of a later back end. */
export function problemWords(element, code) {
  const { content } = part(element, "problems")
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
  for (const [name, act] of Object.entries(acts)) target.addEventListener(name, ({ detail }) => act(detail), { signal })
}

export function define(tag, element) {
  if (!customElements.get(tag)) customElements.define(tag, element)
}

/** Themes take what is typed for their shortcuts of single keys. */
export function keepKeys(element, signal) {
  for (const name of ["keydown", "keypress", "keyup"])
    element.addEventListener(name, (event) => event.stopPropagation(), { signal })
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

// A name that the browser does not know must not cost the chat.
function formatFor(locale, options) {
  try {
    return new Intl.DateTimeFormat(locale, options)
  } catch {
    return new Intl.DateTimeFormat(undefined, options)
  }
}

export function randomHex(bytes) {
  const drawn = crypto.getRandomValues(new Uint8Array(bytes))
  return Array.from(drawn, (byte) => byte.toString(16).padStart(2, "0")).join("")
}

export function randomUuid() {
  return crypto.randomUUID?.() ?? uuidFrom(randomHex(16))
}

/** Version 4. Pages without a secure context have no `randomUUID`. */
function uuidFrom(hex) {
  const variant = ((parseInt(hex[16], 16) & 0x3) | 0x8).toString(16)
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, variant + hex.slice(17, 20), hex.slice(20)].join("-")
}
