// Whether an answer has helped: two thumbs below each, and one question at the end of a chat.
// Loaded with the first answer, where the merchant asks for ratings.

import { copyShape, field, find } from "./chat-dom.js"
import { loadLook } from "./chat-look.js"

const LEAST_REPLIES = 2
// The messages that have their thumbs.
const shown = new WeakMap()

/** From now on as the conversation has it. */
export function begin(panel) {
  const { conversation, signal } = panel.means
  loadLook(panel, "parts-look")
  conversation.addEventListener("state:change", () => show(panel), { signal })
  panel.addEventListener("click", ({ target }) => choose(panel, target), { signal })
  show(panel)
}

function show(panel) {
  const { conversation, storage } = panel.means
  const { state } = conversation
  if (state.messages !== shown.get(panel)) showAllThumbs(panel, state)
  shown.set(panel, state.messages)
  showQuestion(panel, storage.wasAsked ? null : sessionInQuestion(state))
}

function showAllThumbs(panel, { messages }) {
  for (const message of messages) {
    const item = panel.querySelector(`[data-seq="${message.seq}"]`)
    const place = item && field(item, "rating")
    if (place) showThumbs(place, message, panel)
  }
}

/** Whose whole chat is asked about: one that was reset, or that the staff has closed. */
export function sessionInQuestion({ past, ...now }) {
  if (past) return isWorthAsking(past) ? past.sessionId : null
  return now.rating && !now.rated && now.mode === "closed" ? now.sessionId : null
}

function isWorthAsking({ rating, rated, messages }) {
  const replies = messages.filter(({ role }) => role !== "shopper")
  return rating && !rated && replies.length >= LEAST_REPLIES
}

/** What is told of people is no answer. */
function showThumbs(place, { seq, rating, parts }, shapes) {
  if (parts?.some(({ type }) => type === "person")) return place.replaceChildren()

  if (!place.firstElementChild) place.append(copyShape(shapes, "rating"))
  for (const thumb of place.querySelectorAll("[data-value]")) {
    thumb.dataset.of = seq
    thumb.setAttribute("aria-pressed", Number(thumb.dataset.value) === rating)
  }
}

function showQuestion(panel, sessionId) {
  const place = find(panel, "question")
  if (!sessionId) place.replaceChildren()
  else if (!place.firstElementChild) place.append(copyShape(panel, "question"))
}

function choose(panel, target) {
  const button = target.closest("[data-value]")
  if (!button) return

  const { of: seq, value } = button.dataset
  const isPressed = button.getAttribute("aria-pressed") === "true"
  if (seq) rate(panel, Number(seq), isPressed ? 0 : Number(value))
  else answer(panel, Number(value))
}

/** Shown at once; 0 takes it back. */
function rate(panel, seq, value) {
  const { conversation } = panel.means
  conversation.note("rating:set", { seq, value })
  tell(panel, { sessionId: conversation.state.sessionId, seq, value })
}

/** Asked once; 0 only puts the question away. */
function answer(panel, value) {
  const { conversation, storage } = panel.means
  const sessionId = sessionInQuestion(conversation.state)
  const place = find(panel, "question")

  storage.wasAsked = true
  conversation.note("rating:end")
  place.replaceChildren()
  if (value) tell(panel, { sessionId, seq: 0, value })
  if (value) find(panel, "form-news").textContent = place.dataset.thanks
  find(panel, "log").focus({ preventScroll: true })
}

/** Nobody waits for it. */
function tell(panel, rating) {
  const { client, signal } = panel.means
  client.tell("rating", rating, signal).catch(() => {})
}
