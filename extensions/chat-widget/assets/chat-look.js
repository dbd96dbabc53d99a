// Styles of what few chats show.

import { copyShape } from "./chat-dom.js"

/** Once. `name` is that of a template. */
export function loadLook(shapes, name) {
  const root = shapes.getRootNode()
  const look = copyShape(shapes, name)
  if (root.querySelector(`[href="${look.getAttribute("href")}"]`)) return null

  root.append(look)
  return new Promise((resolve) => {
    for (const end of ["load", "error"]) look.addEventListener(end, resolve)
  })
}
