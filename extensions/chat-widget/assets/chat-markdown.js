// Markdown without HTML and images, as blocks: paragraph, heading, code, list, quote, rule, table.
// While a reply grows, a mark that begins its last line waits for its words.

import { parseInline } from "./chat-inline.js"
import { cellsOf, withoutUnseen } from "./chat-links.js"

const FENCE = /^ {0,3}(?:(`{3,})[^`]*$|(~{3,}))/
const HEADING = /^ {0,3}#{1,6}\s/
const RULE = /^ {0,3}(?:-[-\s]*|\*[*\s]*|_[_\s]*)$/
const QUOTE = /^ {0,3}> ?/
const ITEM = /^(\s*)((?:[-*+•]|(\d{1,3})[.)])\s+)/
const DIVIDER = /^\s*:?-+:?\s*$/

const HALF_MARK = /^(?:[-*+•]|\d{1,3}[.)]?|#{1,6}|>|`{1,3}[^`]*|~{1,3}|[*_]{2,3}|[-:][-:|\s]*)$/
const HALF_ROW = /^\s*\|/
const DEEPEST = 4

export const parseMarkdown = (source, isGrowing = false) => parseBlocks(source, isGrowing).blocks

/** The first `settled` blocks, from the first `length` characters, stay whatever else comes. */
export function parseBlocks(source, isGrowing) {
  const written = source.split("\n")
  const seen = written.map(withoutUnseen)
  const lines = new Lines(isGrowing ? withoutHalf(seen) : seen, isGrowing)
  const blocks = []
  let [settled, before] = [0, 0]

  while (lines.takeWhile(isBlank) && !lines.isEmpty) {
    // How a block ends depends on two lines below it at most.
    if (lines.at + 2 < written.length) [settled, before] = [blocks.length, lines.at]
    blocks.push(blockOf(lines, 0))
  }
  return { blocks, settled, length: written.slice(0, before).reduce((length, line) => length + line.length + 1, 0) }
}

/** Without a mark whose words have not come yet, and without half a table. */
function withoutHalf(lines) {
  const whole = lines.slice(0, -1)
  const last = lines.at(-1)
  if (HALF_MARK.test(last.trim())) return whole

  let rows = 0
  while (HALF_ROW.test(whole.at(-1 - rows) ?? "")) rows += 1
  if (HALF_ROW.test(last)) return rows > 1 ? whole : whole.slice(0, whole.length - rows)
  // A row is the head of a table only if the line below says so.
  return isBlank(last) && rows === 1 ? whole.slice(0, -1) : lines
}

/** `isGrowing` while the last one may still get longer. */
class Lines {
  constructor(all, mayGrow) {
    Object.assign(this, { all, mayGrow, at: 0 })
  }

  get next() {
    return this.all[this.at]
  }

  get afterNext() {
    return this.all[this.at + 1]
  }

  get isEmpty() {
    return this.at >= this.all.length
  }

  get isGrowing() {
    return this.mayGrow && this.isEmpty
  }

  take() {
    return this.all[this.at++]
  }

  takeWhile(isWanted) {
    const from = this.at
    while (!this.isEmpty && isWanted(this.next)) this.at += 1
    return this.all.slice(from, this.at)
  }
}

function blocksOf(inside, isGrowing, depth) {
  const lines = new Lines(inside, isGrowing)
  const blocks = []
  while (lines.takeWhile(isBlank) && !lines.isEmpty) blocks.push(blockOf(lines, depth))
  return blocks
}

function isBlank(line) {
  return !line.trim()
}

function blockOf(lines, depth) {
  const { next } = lines
  if (FENCE.test(next)) return code(lines)
  if (HEADING.test(next)) return heading(lines)
  if (isRule(next)) return lines.take() && { kind: "rule" }
  if (depth < DEEPEST && QUOTE.test(next)) return quote(lines, depth + 1)
  if (depth < DEEPEST && ITEM.test(next)) return list(lines, depth + 1)
  if (isTable(lines)) return table(lines)
  return paragraph(lines)
}

function code(lines) {
  const [, backticks, tildes] = FENCE.exec(lines.take())
  const fence = backticks ?? tildes
  const isOpen = (line) => !line.trim().startsWith(fence) || line.trim() !== fence[0].repeat(line.trim().length)
  const inside = lines.takeWhile(isOpen)
  lines.take()
  return { kind: "code", text: inside.join("\n") }
}

function heading(lines) {
  const words = lines.take().replace(HEADING, "").trim()
  let end = words.length
  while (words[end - 1] === "#") end -= 1
  const isClosed = end === 0 || isBlank(words[end - 1])
  return { kind: "heading", children: parseInline(isClosed ? words.slice(0, end).trim() : words, lines.isGrowing) }
}

function isRule(line) {
  return RULE.test(line) && line.replace(/\s+/g, "").length > 2
}

function quote(lines, depth) {
  const inside = lines.takeWhile((line) => QUOTE.test(line)).map((line) => line.replace(QUOTE, ""))
  return { kind: "quote", blocks: blocksOf(inside, lines.isGrowing, depth) }
}

function list(lines, depth) {
  const [, margin, , number] = ITEM.exec(lines.next)
  const items = []
  while (startsItem(lines.next, margin, number)) items.push(itemOf(lines, margin))

  const blocks = items.map((inside, at) => blocksOf(inside, lines.isGrowing && at === items.length - 1, depth))
  return { kind: "list", start: number === undefined ? null : Number(number), items: blocks }
}

/** Not further in than the first item, and of the same kind. */
function startsItem(line, margin, number) {
  const found = line !== undefined && !isRule(line) && ITEM.exec(line)
  return found && found[1].length <= margin.length && (found[3] === undefined) === (number === undefined)
}

/** Its own line, what is further in, and what a paragraph goes on with. */
function itemOf(lines, margin) {
  const first = lines.take()
  const [{ length }] = ITEM.exec(first)
  const inside = [first.slice(length)]

  while (!lines.isEmpty && belongsToItem(lines, margin)) {
    const line = lines.take()
    inside.push(line.slice(Math.min(length, indentOf(line))))
  }
  return inside
}

function belongsToItem(lines, margin) {
  const { next, afterNext } = lines
  // A blank line between two items, or before what is further in, does not end the list.
  if (isBlank(next)) return afterNext !== undefined && (isFurtherIn(afterNext, margin) || ITEM.test(afterNext))
  return isFurtherIn(next, margin) || !isStart(lines)
}

function isFurtherIn(line, margin) {
  return indentOf(line) > margin.length && !isBlank(line)
}

function indentOf(line) {
  return line.length - line.trimStart().length
}

function isTable({ next, afterNext = "" }) {
  if (!next.includes("|") || !afterNext.includes("|")) return false

  const divider = cellsOf(afterNext)
  return divider.every((cell) => DIVIDER.test(cell)) && divider.length === cellsOf(next).length
}

function table(lines) {
  const wordsOf = (row) => cellsOf(row).map((cell) => parseInline(cell.trim()))
  const head = wordsOf(lines.take())
  lines.take()
  const rows = lines.takeWhile((line) => line.includes("|") && !startsBlock(line)).map(wordsOf)
  return { kind: "table", head, rows }
}

function paragraph(lines) {
  const words = [lines.take(), ...lines.takeWhile((line) => !isBlank(line) && !isStart(lines))]
  return { kind: "paragraph", children: parseInline(words.map((line) => line.trim()).join("\n"), lines.isGrowing) }
}

function isStart(lines) {
  return startsBlock(lines.next) || isTable(lines)
}

function startsBlock(line) {
  return [FENCE, HEADING, QUOTE, ITEM].some((start) => start.test(line)) || isRule(line)
}
