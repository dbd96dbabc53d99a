// A safe subset of Markdown, as a list of blocks: paragraph, heading, code, list, quote, table. No HTML, no images.
// While a reply still grows (`isGrowing`), a mark that begins its last line waits for what it belongs to.

import { parseInline } from "./chat-inline.js"

const FENCE = /^ {0,3}(`{3,}|~{3,})/
const HEADING = /^ {0,3}#{1,6}\s+(.*?)\s*#*$/
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/
const QUOTE = /^ {0,3}> ?(.*)$/
const ITEM = /^(\s*)((?:[-*+]|(\d{1,9})[.)])\s+)(.*)$/
const ROW = /^\s*\|.*\|\s*$/
const DIVIDER = /^\s*\|(?:\s*:?-+:?\s*\|)+\s*$/
const STARTS = [FENCE, HEADING, RULE, QUOTE, ITEM]

const HALF_MARK = /^\s*(?:[-*+]|\d{1,9}[.)]?|#{1,6}|>|`{1,3}[^`]*|~{1,3}|[-*_]{2,3})\s*$/
const HALF_ROW = /^\s*\|/
// Neither control characters nor those that turn the reading direction of what surrounds them.
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g
const DEEPEST = 4

export function parseMarkdown(source, isGrowing = false) {
  const lines = source.replace(UNSEEN, "").split("\n")
  return blocksOf(new Lines(isGrowing ? withoutHalf(lines) : lines, isGrowing), 0)
}

/** Without the mark of a block whose words have not come yet, and without half a table. */
function withoutHalf(lines) {
  const whole = lines.slice(0, -1)
  const last = lines.at(-1)
  if (HALF_MARK.test(last)) return whole

  let rows = 0
  while (HALF_ROW.test(whole.at(-1 - rows) ?? "")) rows += 1
  if (HALF_ROW.test(last)) return rows > 1 ? whole : whole.slice(0, whole.length - rows)
  // The first row is the head of a table only if the line below it says so.
  return isBlank(last) && rows === 1 ? whole.slice(0, -1) : lines
}

/** Lines to be taken one after the other. `isGrowing` while the last one may still get longer. */
class Lines {
  #lines
  #isGrowing

  constructor(lines, isGrowing) {
    this.#lines = [...lines].reverse()
    this.#isGrowing = isGrowing
  }

  get next() {
    return this.#lines.at(-1)
  }

  get afterNext() {
    return this.#lines.at(-2)
  }

  get isEmpty() {
    return this.#lines.length === 0
  }

  get isGrowing() {
    return this.#isGrowing && this.isEmpty
  }

  take() {
    return this.#lines.pop()
  }

  takeWhile(isWanted) {
    const taken = []
    while (!this.isEmpty && isWanted(this.next)) taken.push(this.take())
    return taken
  }
}

function blocksOf(lines, depth) {
  const blocks = []
  while (skipBlank(lines)) blocks.push(blockOf(lines, depth))
  return blocks
}

function skipBlank(lines) {
  lines.takeWhile(isBlank)
  return !lines.isEmpty
}

function isBlank(line) {
  return line.trim() === ""
}

function blockOf(lines, depth) {
  const { next } = lines
  if (FENCE.test(next)) return code(lines)
  if (HEADING.test(next)) return heading(lines)
  if (RULE.test(next)) return rule(lines)
  if (depth < DEEPEST && QUOTE.test(next)) return quote(lines, depth)
  if (depth < DEEPEST && ITEM.test(next)) return list(lines, depth)
  if (isTable(lines)) return table(lines)
  return paragraph(lines)
}

function code(lines) {
  const [, fence] = FENCE.exec(lines.take())
  const inside = lines.takeWhile((line) => !line.trimStart().startsWith(fence))
  lines.take()
  return { kind: "code", text: inside.join("\n") }
}

function heading(lines) {
  const [, words] = HEADING.exec(lines.take())
  return { kind: "heading", children: parseInline(words, lines.isGrowing) }
}

function rule(lines) {
  lines.take()
  return { kind: "rule" }
}

function quote(lines, depth) {
  const inside = lines.takeWhile((line) => QUOTE.test(line)).map((line) => QUOTE.exec(line)[1])
  return { kind: "quote", blocks: blocksOf(new Lines(inside, lines.isGrowing), depth + 1) }
}

function list(lines, depth) {
  const [, margin, , number] = ITEM.exec(lines.next)
  const items = []
  while (startsItem(lines.next, margin, number)) items.push(itemOf(lines, margin))

  const blocks = items.map((inside, at) =>
    blocksOf(new Lines(inside, lines.isGrowing && at === items.length - 1), depth + 1),
  )
  return { kind: "list", start: number === undefined ? null : Number(number), items: blocks }
}

/** Another item of the same list: not further in than the first one, and of the same kind. */
function startsItem(line, margin, number) {
  const found = line !== undefined && !RULE.test(line) && ITEM.exec(line)
  return found && found[1].length <= margin.length && (found[3] === undefined) === (number === undefined)
}

/** The lines of one item, without their margin: its own, what is further in, and what a paragraph goes on with. */
function itemOf(lines, margin) {
  const [, , mark, , first] = ITEM.exec(lines.take())
  const width = margin.length + mark.length
  const inside = [first]

  while (!lines.isEmpty && belongsToItem(lines, margin)) {
    const line = lines.take()
    inside.push(line.slice(Math.min(width, line.search(/\S|$/))))
  }
  return inside
}

function belongsToItem({ next, afterNext }, margin) {
  // A blank line between two items, or before what is further in, does not end the list.
  if (isBlank(next)) return afterNext !== undefined && (isFurtherIn(afterNext, margin) || ITEM.test(afterNext))
  return isFurtherIn(next, margin) || !STARTS.some((start) => start.test(next))
}

function isFurtherIn(line, margin) {
  return /^\s*/.exec(line)[0].length > margin.length && !isBlank(line)
}

function isTable({ next, afterNext }) {
  return ROW.test(next) && DIVIDER.test(afterNext ?? "")
}

function table(lines) {
  const head = cellsOf(lines.take())
  lines.take()
  const rows = lines.takeWhile((line) => ROW.test(line)).map(cellsOf)
  return { kind: "table", head, rows }
}

function cellsOf(row) {
  const cells = row.trim().slice(1, -1).split("|")
  return cells.map((cell) => parseInline(cell.trim()))
}

function paragraph(lines) {
  const words = [lines.take(), ...lines.takeWhile((line) => !isBlank(line) && !isStart(line, lines))]
  return { kind: "paragraph", children: parseInline(words.map((line) => line.trim()).join("\n"), lines.isGrowing) }
}

function isStart(line, lines) {
  return STARTS.some((start) => start.test(line)) || isTable(lines)
}
