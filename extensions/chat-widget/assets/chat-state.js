// What a chat is, as one value: `reduce` makes the next one. Knows no page, network or clock.

const GOING = new Set(["queued", "running"])
// What a part says of a person who was asked for.
const CALLED = new Set(["requested", "away"])

export const START = Object.freeze({
  phase: "idle",
  // How often the messages began anew, and whether those before ended by themselves.
  chapter: 0,
  isOver: false,
  isOpen: false,
  isLoaded: false,
  sessionId: null,
  mode: "assistant",
  messages: [],
  pending: [],
  more: false,
  // Up to here all messages are known; while `isCurrent`, their statuses too.
  last: 0,
  isCurrent: false,
  unread: 0,
  // Whether a person of the shop is needed or has it, and writes just now.
  waiting: false,
  typing: false,
  // Whether ratings are asked for, the whole has got one, and the state before a reset.
  rating: false,
  rated: false,
  past: null,
  // What is followed, and what it has written: { text, parts }.
  turn: null,
  reply: null,
  isStopping: false,
  // What is asked now, as a part; null when nothing is.
  form: null,
  // { code, retry } of a turn or a message; `isFinal` when nothing more is asked.
  failure: null,
  failedTurn: null,
  isRetrying: false,
})

export function reduce(state, { name, data }) {
  const changes = state.turn && name in TURN_CHANGES ? TURN_CHANGES : CHANGES
  const change = changes[name]?.(state, data)
  if (!change) return state

  const next = { ...state, ...change }
  return { ...next, phase: phaseOf(next) }
}

/** What there is to do: `follow` the turn, `listen` for news, or nothing. */
export function workOf({ phase, turn, isOpen, isLoaded, sessionId, failure }) {
  if (turn) return "follow"

  const isWanted = isOpen && isLoaded && sessionId && !failure?.isFinal
  return isWanted && phase !== "sending" && phase !== "closed" ? "listen" : null
}

export function isGoing(turn) {
  return GOING.has(turn?.status)
}

function phaseOf({ turn, pending, isRetrying, mode, failure }) {
  if (isGoing(turn)) return "streaming"
  if (isRetrying || pending.some(isSending)) return "sending"
  if (mode === "closed") return "closed"
  if (failure) return "failed"
  return mode === "staff" ? "waiting for staff" : "idle"
}

const CHANGES = {
  "chat:open": ({ failure }) => ({
    isOpen: true,
    unread: 0,
    failure: failure?.isFinal ? null : failure,
  }),
  "chat:close": () => ({ isOpen: false, isCurrent: false }),
  "chat:refuse": ({ isLoaded }, { code, isFinal }) => ({
    failure: { code, retry: false, isFinal },
    isLoaded: isLoaded && code !== "unavailable",
    isRetrying: false,
  }),

  /** What is shown stays until the next page. */
  "chat:leave": () => ({
    sessionId: null,
    isLoaded: false,
    pending: [],
    turn: null,
    isStopping: false,
    failure: null,
    isRetrying: false,
  }),

  "page:ask": (state, { sessionId }) => ({ sessionId }),
  "page:show": (state, page) => {
    const shown = { ...beginChapter(state, page), isCurrent: true }
    return { ...shown, ...considerTurn(shown, page.turn) }
  },
  "page:prepend": ({ messages: shown }, { messages, more }) => ({
    messages: mergeMessages(shown, messages),
    more,
  }),
  "news:take": takeNews,

  "message:send": ({ pending }, entry) => ({
    pending: [...pending, pendingFrom(entry)],
    failure: null,
    isCurrent: false,
    past: null,
  }),
  "message:accept": acceptMessage,
  "message:refuse": refuseMessage,
  "message:drop": ({ pending }, { messageId }) => ({ pending: dropPending(pending, messageId) }),

  /** What another page has sent meanwhile comes with the news. */
  "outbox:end": ({ pending }) =>
    pending.some(isSending) && { pending: pending.filter((entry) => !isSending(entry)) },

  "rating:set": ({ messages }, { seq, value }) => ({
    messages: messages.map((one) => (one.seq === seq ? { ...one, rating: value } : one)),
  }),
  "rating:ask": (state, past) => ({ past }),
  "rating:end": () => ({ past: null, rated: true }),

  "stop:begin": () => ({ isStopping: true }),
  "stop:fail": () => ({ isStopping: false }),
  "retry:begin": () => ({ failure: null, isRetrying: true }),
  "retry:end": () => ({ isRetrying: false, failedTurn: null, isCurrent: false }),
}

// While a turn is followed. Newer back ends know more events. Of a turn that had failed before
// there is no reply: its words are among the messages.
const TURN_CHANGES = {
  "turn:text": ({ reply }, { at, text }) =>
    reply && { reply: { ...reply, text: writeAt(reply.text, at, text) } },
  "turn:part": ({ reply, form, waiting }, { at, part }) =>
    reply && {
      reply: { ...reply, parts: putPart(reply.parts, { ...part, at }) },
      form: part.type === "form" ? openForm(part) : form,
      waiting: waiting || CALLED.has(part.state),
    },
  "turn:restart": ({ reply }) => reply && { reply: { text: "", parts: [] } },
  "turn:finished": finishTurn,
  "turn:failed": ({ turn }, { code, retry }) => ({
    failure: { code, retry, turnId: turn.id },
    failedTurn: turn.id,
  }),
  "follow:end": endFollowing,
}

/** A page of history, or nothing, takes the place of all that was shown. */
function beginChapter({ chapter, isOpen, unread }, page) {
  const { pending, ...shown } = { ...START, ...page }
  const { sessionId, messages, more, mode, isOver, form, waiting, typing, rating, rated } = shown

  return {
    ...START,
    chapter: chapter + 1,
    isOver,
    isOpen,
    isLoaded: true,
    sessionId,
    mode,
    messages,
    pending: pending.map(pendingFrom),
    more,
    form,
    last: messages.at(-1)?.seq ?? 0,
    unread,
    waiting,
    typing,
    rating,
    rated,
  }
}

function takeNews(state, { question, messages, turn, more, mode, form, waiting, typing, rating }) {
  const { after, wait } = question
  const told = new Set(messages.map(({ seq }) => seq))
  const isWhole = !wait && !more
  const isLeft = ({ seq }) => !isWhole || seq <= after || told.has(seq)

  const taken = {
    messages: mergeMessages(state.messages, messages).filter(isLeft),
    mode,
    form,
    reply: null,
    last: Math.max(state.last, messages.at(-1)?.seq ?? 0),
    isCurrent: !more,
    unread: countUnread(state, messages),
    waiting,
    typing,
    rating,
  }
  return { ...taken, ...considerTurn({ ...state, ...taken }, turn) }
}

/** What the history says of the newest turn. */
function considerTurn(state, turn) {
  const isKnown = Boolean(turn) && turn.id === state.failedTurn
  // Tried again in another tab: the rest of the first attempt goes before the second is followed.
  if (isGoing(turn) && isKnown) return { isCurrent: false, failedTurn: null, failure: null }
  if (isGoing(turn)) return expectTurn(state, turn)
  if (isKnown) return {}

  const hasFailed = turn?.status === "failed"
  // Its last event says why.
  const followed = hasFailed ? { ...turn, next: Math.max(0, turn.next - 1) } : state.turn
  return { failedTurn: null, turn: followed }
}

/** The turn that is followed already comes first. */
function expectTurn({ mode, turn: followed, reply }, turn) {
  const isNext = !followed && isGoing(turn)

  return {
    mode: mode === "closed" ? "assistant" : mode,
    failedTurn: null,
    turn: isNext ? turn : followed,
    reply: isNext ? { text: turn.text ?? "", parts: turn.parts ?? [] } : reply,
  }
}

/** Perhaps into a new session: the first, or what follows an expired one. */
function acceptMessage(state, { entry, sessionId, message, turn }) {
  const isOther = state.sessionId && state.sessionId !== sessionId
  const pending = state.pending.filter(isSending)
  const anew = isOther ? beginChapter(state, { pending, isOver: true }) : {}
  const base = { ...state, ...anew, sessionId }

  // It may stand there already, brought by a poll.
  const isThere = base.messages.some(({ seq }) => seq === message.seq)
  const accepted = { ...pendingFrom(entry), ...message, status: "saved" }

  return {
    ...base,
    messages: isThere ? base.messages : mergeMessages(base.messages, [accepted]),
    pending: dropPending(base.pending, entry.messageId),
    ...expectTurn(base, turn),
  }
}

function refuseMessage({ pending }, { messageId, code, isReturned }) {
  const unsent = (entry) => (entry.messageId === messageId ? { ...entry, status: "unsent" } : entry)
  const retry = !isReturned && code !== "shop_uninstalled"

  return {
    pending: isReturned ? dropPending(pending, messageId) : pending.map(unsent),
    failure: { code, retry, messageId },
  }
}

function finishTurn(state, { message, now }) {
  if (!state.reply) return null

  const { text, parts } = state.reply
  const reply = { ...message, role: "assistant", text, parts, at: now, status: "answered" }
  return {
    messages: mergeMessages(state.messages, [reply]),
    reply: null,
    unread: countUnread(state, [reply]),
  }
}

/** What a stopped turn has written stays until the history brings it. */
function endFollowing({ turn, reply, failure, failedTurn }) {
  const isUnexplained = !isGoing(turn) && failedTurn !== turn.id
  const interrupted = { code: "interrupted", retry: true, turnId: turn.id }

  return {
    turn: null,
    reply: reply?.text || reply?.parts.length ? reply : null,
    isStopping: false,
    isCurrent: false,
    failure: isUnexplained ? interrupted : failure,
    failedTurn: isUnexplained ? turn.id : failedTurn,
  }
}

function isSending({ status }) {
  return status === "sending"
}

/** As a message that has no number yet. */
function pendingFrom(entry) {
  return { ...entry, role: "shopper", text: entry.message, status: "sending" }
}

function dropPending(pending, messageId) {
  return pending.filter((entry) => entry.messageId !== messageId)
}

function mergeMessages(known, arriving) {
  const bySeq = new Map(known.map((message) => [message.seq, message]))
  for (const message of arriving) {
    bySeq.set(message.seq, { ...bySeq.get(message.seq), ...message })
  }
  return [...bySeq.values()].sort((one, other) => one.seq - other.seq)
}

function countUnread({ isOpen, unread, messages }, arriving) {
  const known = new Set(messages.map(({ seq }) => seq))
  const isNew = ({ seq, role }) => role !== "shopper" && !known.has(seq)
  return isOpen ? 0 : unread + arriving.filter(isNew).length
}

function openForm(part) {
  return part.state === "open" ? part : null
}

/** At its offset, so repeats are harmless. */
function writeAt(before, at, text) {
  return before.slice(0, at) + text + before.slice(at + text.length)
}

/** A repeat takes the place of the first. */
function putPart(parts, part) {
  const isKnown = parts.some(({ id }) => id === part.id)
  return isKnown ? parts.map((one) => (one.id === part.id ? part : one)) : [...parts, part]
}
