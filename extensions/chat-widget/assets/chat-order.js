// How far an order has come: its state, what was ordered, and its shipments.

import { copyShape, dayFormat, field, localeOf } from "./chat-dom.js"
import { loadLook } from "./chat-look.js"
import { fill } from "./chat-parts.js"

/** An order of the shopper's, as the shop has it. */
export function drawPart({ name, status, placedAt, items, fulfilments }, { shapes }) {
  loadLook(shapes, "parts-look")
  const day = dayFormat(localeOf(shapes.getRootNode().host))
  const placed = day.format(new Date(placedAt))
  const element = fill(shapes, "order", { name, status: statusWords(shapes, status), placed })

  field(element, "placed").dateTime = placedAt
  field(element, "items").append(...items.map((item) => fill(shapes, "order-item", item)))
  field(element, "shipments").append(...fulfilments.map((one) => shipment(one, shapes)))
  return element
}

/** Carriers have hosts of their own, so any safe address will do. */
function shipment({ status, company, number, url }, shapes) {
  const carrier = [company, number].filter(Boolean).join(" ")
  const item = fill(shapes, "shipment", { status: statusWords(shapes, status), carrier })

  if (url?.startsWith("https://")) field(item, "track").href = url
  else field(item, "track").remove()
  return item
}

function statusWords(shapes, status) {
  const words = copyShape(shapes, "statuses").querySelector(`[data-status~="${status}"]`)
  return words?.textContent ?? status.replaceAll("_", " ")
}
