// What the elements of the panel share: finding their parts and words, and saying what has happened.

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
