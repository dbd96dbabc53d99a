// Addresses in words, and which of them may be links; what else belongs together in a line.

const PICTURES = "cdn.shopify.com"

// What the merchant has written.
const known = new Set()

// Letters of other scripts end an address: they are written without a space.
const ADDRESS =
  /https?:\/\/[a-z\d](?:[!#-%'-)+-;=?-Z_a-z~]|&(?!(?:lt|gt|quot|apos|nbsp|#3[49]);))*/iy
const CONTACT = /^(?:(mailto:)([\w.+-]+@[\w-]+(?:\.[\w-]+)+)(?:\?[^]*)?|tel:(\+?[\d ().-]{3,30}))$/i
const ESCAPED = /\\([!-/:-@[-`{-~])|&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,8}));/
const ALL_ESCAPED = new RegExp(ESCAPED, "gi")
const NAMES =
  "amp&lt<gt>quot\"apos'nbsp\u00a0euro€pound£copy©reg®times×deg°hellip…ndash–mdash—rsquo’" +
  "aumläoumlöuumlüAumlÄOumlÖUumlÜszligßeacuteé"
const NAMED = new Map(Array.from(NAMES.matchAll(/(\w+)(\W)/g), (found) => found.slice(1)))
// Controls, and what turns the reading direction.
const UNSEEN = /[\0-\x08\v-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]/g

const PAIRED = /\\[^\n]|`+|\n|\(<[^<>\n]*>|\s"[^"\n]*"(?= {0,9}\))|[[\]()]/g
const CUTS = /\\[^]|`+|\|/g
const HALF = /(?:<(?:b(?:r *\/?)?)?|&[#\w]*)$/i
// What is beyond stays in the last one.
const MOST_COLUMNS = 40

export const NEXT_ESCAPED = new RegExp(ESCAPED, "iy")

export function withoutUnseen(text) {
  return text.replace(UNSEEN, "")
}

export function unescaped(text) {
  return text.replace(ALL_ESCAPED, characterOf)
}

export function characterOf(found, escaped, decimal, hex, name) {
  if (escaped || name) return escaped ?? NAMED.get(name) ?? found

  const code = parseInt(decimal ?? hex, decimal ? 10 : 16)
  const isCharacter = code > 0 && code < 0x110000 && (code < 0xd800 || code > 0xdfff)
  return isCharacter ? withoutUnseen(String.fromCodePoint(code)) : "\ufffd"
}

/** Without the signs that end a sentence. */
export function addressAt(text, at) {
  ADDRESS.lastIndex = at
  const [address] = (!/[a-z\d]/i.test(text[at - 1] ?? "") && ADDRESS.exec(text)) || [""]
  let open = address.split("(").length - address.split(")").length
  let end = address.length
  for (; ".,;:!?'_~()".includes(address[end - 1]); end -= 1) {
    if (address[end - 1] === "(") open -= 1
    if (address[end - 1] === ")" && open++ >= 0) break
  }
  return address.slice(0, end)
}

/** From the brackets of a link, which may hold a title; null when it is no address. */
export function targetOf(inside) {
  let target = inside.trim()
  const quote = target.at(-1)
  const title = /["']/.test(quote) ? target.lastIndexOf(quote, target.length - 2) : 0
  if (title > 0 && /\s/.test(target[title - 1])) target = target.slice(0, title).trim()

  if (target[0] === "<" && target.endsWith(">")) target = target.slice(1, -1)
  else if (/\s/.test(target) && !/^(?:\/|https?:|mailto:|tel:)/i.test(target)) return null
  return unescaped(target)
}

export function learnLinks(links = []) {
  for (const link of links) known.add(normal(link))
}

export class OwnLinks {
  #here
  #hosts

  constructor(here, hosts) {
    this.#here = new URL(here)
    this.#hosts = new Set([this.#here.host, ...hosts])
  }

  /** Null when it must not become a link; staff may link to any page. */
  resolve(href, isStaff) {
    const address = normal(href, this.#here)
    const isSafe = /^https:/.test(address) || address?.startsWith(this.#here.protocol)
    return isStaff || known.has(address) || (isSafe && this.isOwn(address)) ? address : null
  }

  /** Of the shop or from Shopify's network, which makes it smaller. */
  pictureOf(href) {
    const picture = parse(href, this.#here)
    const { protocol, host, pathname } = picture ?? {}
    const isSafe = protocol === "https:" || picture?.origin === this.#here.origin
    if (!isSafe || (host !== PICTURES && !this.#hosts.has(host))) return null

    if (host === PICTURES || pathname.startsWith("/cdn/")) picture.searchParams.set("width", 600)
    return picture.href
  }

  isOwn(address) {
    return this.#hosts.has(parse(address)?.host)
  }

  describe(href) {
    const url = parse(href, this.#here)
    return url?.protocol.startsWith("http") ? url.href : ""
  }
}

/** One way to write each page, mailbox and number. */
function normal(href, here) {
  const [, mailto, mailbox, number] = CONTACT.exec(href) ?? []
  if (mailto) return mailto.toLowerCase() + mailbox.toLowerCase()
  if (number) return `tel:${number.replace(/[^+\d]/g, "")}`

  const url = /^\s*$|[\\\0-\x1f]/.test(href) ? null : parse(href, here)
  return /^https?:$/.test(url?.protocol) && !url.username && !url.password ? url.href : null
}

function parse(href, here) {
  try {
    return new URL(href, here)
  } catch {
    return null
  }
}

/** By where they begin: the ends of code, and of brackets on one line; and brackets left open. */
export function pairsIn(text) {
  const ends = followingRuns(text)
  const open = { "[": [], "(": [] }

  PAIRED.lastIndex = 0
  for (let found; (found = PAIRED.exec(text)); ) {
    const { 0: mark, index } = found
    const opener = { "]": "[", ")": "(" }[mark]
    const from = open[opener]?.pop()
    if (mark === "\n") open["["].length = open["("].length = 0
    else if (from !== undefined) ends.set(from, index).set(index, from)
    else if (ends.has(index)) PAIRED.lastIndex = ends.get(index) + mark.length
    else if (open[mark[0]]) open[mark[0]].push(index)
    // Brackets do not count in a title, which stands in a link.
    else if (mark.endsWith('"') && text[open["("].at(-1) - 1] !== "]") PAIRED.lastIndex = index + 2
  }
  return { ends, open }
}

/** For each run of backticks the next one of the same length. */
function followingRuns(text) {
  const following = new Map()
  const last = new Map()
  for (const { 0: run, index } of text.matchAll(/`+/g)) {
    if (last.has(run.length)) following.set(last.get(run.length), index)
    last.set(run.length, index)
  }
  return following
}

export function withoutHalf(text) {
  const { ends, open } = pairsIn(text)
  const target = open["("].find((at) => text[at - 1] === "]" && ends.has(at - 1))
  const to = target ? target - 1 : text.endsWith("]") ? text.length - 1 : text.length
  const from = ends.get(to) ?? open["["].at(-1)

  const isImage = text[from - 1] === "!"
  const label = text.slice(from + 1, to)
  const shown = from === undefined ? text : text.slice(0, from - isImage) + label

  let end = shown.length
  while ("*_~`\\".includes(shown[end - 1])) end -= 1
  const start = Math.max(0, end - 12)
  return shown.slice(0, start) + shown.slice(start, end).replace(HALF, "")
}

/** Between bars that are neither escaped nor code. */
export function cellsOf(line) {
  const row = line.trim()
  const { ends } = pairsIn(row)
  const cells = []
  let start = row[0] === "|" ? 1 : 0

  CUTS.lastIndex = start
  for (let found; cells.length < MOST_COLUMNS - 1 && (found = CUTS.exec(row)); ) {
    const { 0: mark, index } = found
    if (ends.has(index)) CUTS.lastIndex = ends.get(index) + mark.length
    if (mark !== "|") continue
    cells.push(row.slice(start, index))
    start = index + 1
  }
  if (start < row.length) cells.push(row.slice(start))
  return cells.map((cell) => cell.replaceAll("\\|", "|"))
}
