// What stands in a message beside its words: a renderer for each type of part, part → element.
// Their `kit` is { shapes, links, paper }: templates, which addresses count, what draws orders
// where nothing can come later.

import { copyShape, field } from "./chat-dom.js"

const RENDERERS = { products, sources, order, person, form }

// What was drawn of a part goes along from the growing reply to its message.
const drawn = new WeakMap()
const shown = new WeakMap()

/** Types that are not known draw nothing: the words alone make sense. */
export function drawParts(place, parts = [], kit, renderers = RENDERERS) {
  const before = shown.get(place) ?? []
  shown.set(place, parts)

  for (const part of parts.filter((one) => !drawn.has(one))) {
    const same = before.find((other) => wordsOf(other) === wordsOf(part))
    drawn.set(part, drawn.get(same) ?? draw(part, kit, renderers))
  }

  const elements = parts.map((part) => drawn.get(part)).filter(Boolean)
  const isThere = elements.every((element, at) => element === place.children[at])
  // Left alone where it can be: it may have the focus.
  if (!isThere || elements.length < place.children.length) place.replaceChildren(...elements)
  place.hidden = elements.length === 0
}

function wordsOf({ at, ...part }) {
  return JSON.stringify(part)
}

// A part that is not as it should be must not cost the message.
function draw(part, kit, renderers) {
  try {
    return Object.hasOwn(renderers, part.type) ? renderers[part.type](part, kit) : null
  } catch {
    return null
  }
}

function products(part, kit) {
  return drawLater(linkList(part.items, kit), () => import("./chat-cards.js"), part, kit)
}

/** What is asked stands below the messages; here stands what came of it. */
function form(part, kit) {
  if (part.state !== "finished") return null

  return drawLater(itemList(part.items, kit), () => import("./chat-form-pieces.js"), part, kit)
}

function itemList(items, { shapes }) {
  const list = document.createElement("ul")
  const shown = items.map(({ quantity, title }) => ({ quantity, title }))
  list.append(...shown.map((item) => fill(shapes, "order-item", item)))
  return list
}

/** Plainly until its script is loaded, and where there cannot be any. */
function drawLater(plain, load, part, kit) {
  const place = document.createElement("div")
  place.append(plain)
  if (kit.paper) return place

  place.hidden = true
  load()
    .then(({ drawPart }) => place.replaceChildren(drawPart(part, kit)))
    .catch(() => {})
    .finally(() => (place.hidden = false))
  return place
}

function sources({ items }, kit) {
  const element = copyShape(kit.shapes, "sources")
  element.append(linkList(items, kit))
  return element
}

/** Few shoppers ask for one. */
function order(part, kit) {
  if (kit.paper) return kit.paper(part, kit)
  return drawLater(itemList(part.items, kit), () => import("./chat-order.js"), part, kit)
}

function person(part, kit) {
  const plain = copyShape(kit.shapes, `person-${part.state}`)
  return plain && drawLater(plain, () => import("./chat-person.js"), part, kit)
}

export function fill(shapes, name, fields) {
  const element = copyShape(shapes, name)
  for (const [name, words] of Object.entries(fields)) field(element, name).textContent = words
  return element
}

/** Only the shop's own pages are links. */
function linkList(items, { links }) {
  const list = document.createElement("ul")
  for (const { title, url } of items) {
    const href = links.resolve(url)
    const isOwn = href && links.isOwn(href)
    const name = document.createElement(isOwn ? "a" : "bdi")
    const item = document.createElement("li")

    name.append(title)
    item.append(isOwn ? Object.assign(name, { href }) : name)
    list.append(item)
  }
  return list
}
