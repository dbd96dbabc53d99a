// People of the shop in the chat: what is told of them, where a shopper leaves an address, who
// writes just now, and links from their mails. Few chats have any, so it comes when one does.

import { copyShape, field, find, hear, say } from "./chat-dom.js"
import { loadLook } from "./chat-look.js"
import { Refused } from "./chat-transport.js"

// The server forgets it after six.
const TELL_EVERY_MS = 3_000

const met = new WeakSet()
let toldAt = 0

/** What the assistant tells of a person of the shop. */
export function drawPart(part, { shapes }) {
  loadLook(shapes, "parts-look")
  const element = copyShape(shapes, `person-${part.state}`)
  const show = (name) => field(element, name)?.removeAttribute("hidden")

  if (part.callback) show("callback")
  if (part.email) element.append(emailForm(shapes))
  if (part.hours && part.state === "away") {
    field(element, "hours").textContent = part.hours
    show("hours-line")
  }
  if (part.usual_wait && part.state === "requested") {
    const line = field(element, "usual-wait")
    line.textContent = line.dataset.words.replace("{minutes}", part.usual_wait)
    show("usual-wait")
  }
  element.addEventListener("click", choose)
  share(shapes.closest("flux-chat-panel"))
  return element
}

/** What lies in the cart, with whoever is awaited or has the chat. */
function share(panel) {
  if (!panel?.means.conversation.state.waiting) return

  import("./chat-shared-cart.js").then(({ shareCart }) => shareCart(panel.means)).catch(() => {})
}

/** What is chosen once is not offered any more. */
function choose({ target, currentTarget }) {
  const { choice } = target.closest("[data-choice]")?.dataset ?? {}
  if (!choice) return

  if (choice === "return") say(currentTarget, "person:want", "person/return")
  const log = currentTarget.closest('[data-part="log"]')
  field(currentTarget, "choices").remove()
  log?.focus({ preventScroll: true })
}

function emailForm(shapes) {
  const form = copyShape(shapes, "email")
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    saveEmail(form)
  })
  return form
}

async function saveEmail(form) {
  const { client, conversation, signal } = form.closest("flux-chat-panel").means
  const { sessionId } = conversation.state
  const input = field(form, "email")
  const problem = field(form, "problem")
  const email = input.value.trim()
  problem.textContent = input.validity.valid && email ? "" : problem.dataset.invalid
  if (problem.textContent) return input.focus()

  field(form, "save").disabled = true
  try {
    await client.tell("person/email", { sessionId, email }, signal)
    const done = field(form, "done")
    done.textContent = done.dataset.words.replace("{email}", email)
    field(form, "asks").hidden = true
  } catch (error) {
    const isWrong = error instanceof Refused && error.code === "invalid"
    problem.textContent = isWrong ? problem.dataset.invalid : problem.dataset.unsaved
    field(form, "save").disabled = false
  }
}

/** While a person has the chat, each side sees that the other writes. */
export function meet(panel) {
  if (met.has(panel.means)) return

  met.add(panel.means)
  const { conversation, signal } = panel.means
  const isStaffs = () => conversation.state.mode === "staff"
  const tell = ({ text }) => isStaffs() && tellTyping(text, panel.means)
  hear(panel, { "draft:change": tell }, signal)
  conversation.addEventListener("state:change", () => showTyping(panel), { signal })
  showTyping(panel)
  share(panel)
}

/** By the name of whoever spoke last. */
function showTyping(panel) {
  const { typing, messages } = panel.means.conversation.state
  const line = find(panel, "staff-typing")
  const { words, team } = line.dataset
  const { name } = messages.findLast(({ role }) => role === "staff") ?? {}

  const said = typing ? words.replace("{name}", name || team) : ""
  if (line.textContent !== said) line.textContent = said
}

/** To whoever has the chat: that the shopper writes, or has stopped. */
function tellTyping(text, { client, conversation, signal }) {
  const { sessionId } = conversation.state
  const now = Date.now()
  if (text ? now - toldAt < TELL_EVERY_MS : !toldAt) return

  toldAt = text ? now : 0
  client.tell("presence", { sessionId, typing: Boolean(text) }, signal).catch(() => {})
}

/** What a mail links to takes the place of the present chat, once the shop knows it. */
export async function redeem(token, { client, storage, conversation, signal }) {
  try {
    const firstId = await storage.openFirstId()
    const { sessionId } = await client.tell("link", { token, firstId }, signal)
    storage.changeSession(sessionId)
  } catch (error) {
    conversation.fail(error instanceof Refused ? "link_over" : "store_unavailable")
  }
}
