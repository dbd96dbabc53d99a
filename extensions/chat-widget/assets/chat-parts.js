// What stands in a message beside its words. Each type of part has a renderer: part → element.

const RENDERERS = {}

/** Types that are not known draw nothing: the words alone make sense. */
export function drawParts(place, parts = [], renderers = RENDERERS) {
  const known = parts.filter(({ type }) => Object.hasOwn(renderers, type))

  place.replaceChildren(...known.map((part) => renderers[part.type](part)))
  place.hidden = known.length === 0
}
