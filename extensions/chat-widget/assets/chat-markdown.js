// Markdown without HTML and images. Blocks: paragraph, heading, code, list, quote, rule, table; in
// them, tokens: text, break, strong, em, del, code, link. While a reply grows, a mark that begins
// its last line waits for its words, and what is half-formed is shown without its marks.

import { addressAt, cellsOf, characterOf, NEXT_ESCAPED, pairsIn, targetOf } from "./chat-links.js"
import { unescaped, withoutHalf, withoutUnseen } from "./chat-links.js"

const FENCE = /^ {0,3}(?:(`{3,})[^`]*$|(~{3,}))/
const HEADING = /^ {0,3}#{1,6}\s/
const RULE = /^ {0,3}(?:-[-\s]*|\*[*\s]*|_[_\s]*)$/
const QUOTE = /^ {0,3}> ?/
const ITEM = /^(\s*)((?:[-*+•]|(\d{1,3})[.)])\s+)/
const DIVIDER = /^\s*:?-+:?\s*$/

const HALF_MARK = /^(?:[-*+•]|\d{1,3}[.)]?|#{1,6}|>|`{1,3}[^`]*|~{1,3}|[*_]{2,3}|[-:][-:|\s]*)$/
const HALF_ROW = /^\s*\|/
const DEEPEST = 4

const PLAIN = /[^\\`!&[<hH*_~\n]+/y
const BREAK = /\\?\n|<br {0,9}\/?>\n?/iy
const ENCLOSED = /<((?:https?:\/\/|mailto:|tel:)[^\s<>]+)>/iy
const RUN = /\*+|_+|~+|`+|[^]/y
const DEEPEST_EMPHASIS = 6

/** The first `settled` blocks, from the first `length` characters, stay whatever else comes. */
export function parseBlocks(source, isGrowing) {
  const written = source.split("\n")
  const seen = written.map(withoutUnseen)
  const lines = new Lines(isGrowing ? withoutHalfBlock(seen) : seen, isGrowing)
  const blocks = []
  let [settled, before] = [0, 0]

  while (lines.takeWhile(isBlank) && !lines.isEmpty) {
    // How a block ends depends on two lines below it at most.
    if (lines.at + 2 < written.length) [settled, before] = [blocks.length, lines.at]
    blocks.push(blockOf(lines, 0))
  }

  const { length } = [...written.slice(0, before), ""].join("\n")
  return { blocks, settled, length }
}

/** Without a mark whose words have not come yet, and without half a table. */
function withoutHalfBlock(lines) {
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
  const isOpen = (line) => {
    const mark = line.trim()
    return !mark.startsWith(fence) || mark !== fence[0].repeat(mark.length)
  }

  const inside = lines.takeWhile(isOpen)
  lines.take()
  return { kind: "code", text: inside.join("\n") }
}

function heading(lines) {
  const words = lines.take().replace(HEADING, "").trim()
  let end = words.length
  while (words[end - 1] === "#") end -= 1

  const isClosed = end === 0 || isBlank(words[end - 1])
  const shown = isClosed ? words.slice(0, end).trim() : words
  return { kind: "heading", children: parseInline(shown, lines.isGrowing) }
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

  const start = number === undefined ? null : Number(number)
  const isLast = (inside) => inside === items.at(-1)
  const blocks = items.map((inside) => blocksOf(inside, lines.isGrowing && isLast(inside), depth))
  return { kind: "list", start, items: blocks }
}

/** Not further in than the first item, and of the same kind. */
function startsItem(line, margin, number) {
  const found = line !== undefined && !isRule(line) && ITEM.exec(line)
  const isNumbered = number !== undefined
  return found && found[1].length <= margin.length && (found[3] !== undefined) === isNumbered
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
  if (!isBlank(next)) return isFurtherIn(next, margin) || !isStart(lines)

  // A blank line between two items, or before what is further in, does not end the list.
  return afterNext !== undefined && (isFurtherIn(afterNext, margin) || ITEM.test(afterNext))
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
  const taken = [lines.take(), ...lines.takeWhile((line) => !isBlank(line) && !isStart(lines))]
  const words = taken.map((line) => line.trim()).join("\n")
  return { kind: "paragraph", children: parseInline(words, lines.isGrowing) }
}

function isStart(lines) {
  return startsBlock(lines.next) || isTable(lines)
}

function startsBlock(line) {
  return [FENCE, HEADING, QUOTE, ITEM].some((start) => start.test(line)) || isRule(line)
}

function parseInline(source, isGrowing = false) {
  return new InlineParser(isGrowing ? withoutHalf(source) : source, { isGrowing }).tokens()
}

/** Words that know no marks, with their addresses. */
export function parsePlain(source) {
  return new InlineParser(source, { isPlain: true }).tokens()
}

/** Each sign is read once. */
class InlineParser {
  #text
  #ends
  #is
  #at = 0
  // Open emphasis, outermost first, with the tokens since its mark.
  #frames = [{ mark: "", tokens: [] }]

  constructor(text, is) {
    this.#text = text
    this.#is = is
    this.#ends = is.isPlain ? new Map() : pairsIn(text).ends
  }

  tokens() {
    while (this.#at < this.#text.length) this.#step()
    while (this.#frames.length > 1) this.#settle()
    return this.#frames[0].tokens
  }

  #step() {
    const { isPlain, isLabel } = this.#is
    let found
    if ((found = this.#match(PLAIN))) this.#addText(found[0])
    else if (!isLabel && this.#address(isPlain ? null : this.#match(ENCLOSED))) return
    else if (isPlain) this.#addText(this.#text[this.#at++])
    else if ((found = this.#match(NEXT_ESCAPED))) this.#addText(characterOf(...found))
    else if (this.#match(BREAK)) this.#addBreak()
    else if (!this.#link()) this.#run(this.#match(RUN)[0])
  }

  #match(pattern) {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found) this.#at = pattern.lastIndex
    return found
  }

  #address(enclosed) {
    const address = enclosed?.[1] ?? addressAt(this.#text, this.#at)
    if (!enclosed) this.#at += address.length
    if (address) this.#addLink(unescaped(address))
    return address
  }

  /** Of images, the description is shown. */
  #link() {
    const isImage = this.#text[this.#at] === "!"
    const from = this.#at + isImage
    const mayBegin = this.#text[from] === "[" && (isImage || !this.#is.isLabel)
    const to = mayBegin ? this.#ends.get(from) : undefined
    const end = this.#text[to + 1] === "(" ? this.#ends.get(to + 1) : undefined
    const href = end === undefined ? null : targetOf(this.#text.slice(to + 2, end))
    if (href === null) return false

    const label = this.#text.slice(from + 1, to)
    if (isImage) this.#addText(unescaped(label))
    else this.#addLink(href, label.trim() && new InlineParser(label, { isLabel: true }).tokens())

    this.#at = end + 1
    return true
  }

  #addLink(href, children) {
    this.#add({ kind: "link", href, children: children || [{ kind: "text", text: href }] })
  }

  /** Not more than one empty line. */
  #addBreak() {
    const { tokens } = this.#frames.at(-1)
    const isSecond = tokens.length > 1 && tokens.slice(-2).every(({ kind }) => kind === "break")
    if (!isSecond) this.#add({ kind: "break" })
  }

  /** Of backticks or of marks of emphasis. */
  #run(run) {
    const before = this.#text[this.#at - run.length - 1] ?? " "
    const after = this.#text[this.#at] ?? " "
    if (run[0] === "`") return this.#code(run)
    if (!isMark(run, before + after)) return this.#addText(run)

    const mayClose = /\S/.test(before)
    for (let left = run.length; left > 0; ) {
      const { mark: innermost, tokens } = this.#frames.at(-1)
      const isSame = mayClose && innermost[0] === run[0] && innermost.length <= left
      const mark = isSame ? innermost : run.slice(0, Math.min(left, 2))
      const isOpen = tokens.length && this.#frames.some((frame) => frame.mark === mark)
      left -= mark.length

      if (mayClose && isOpen) this.#close(mark)
      else if (/\S/.test(after)) this.#open(mark)
      else this.#addText(mark)
    }
  }

  #code(run) {
    const rest = this.#is.isGrowing && /[^`\n]+$/y
    let end = this.#ends.get(this.#at - run.length)
    if (end === undefined && rest) {
      rest.lastIndex = this.#at
      if (rest.test(this.#text)) end = this.#text.length
    }
    if (end === undefined) return this.#addText(run)

    const text = this.#text.slice(this.#at, end).replaceAll("\n", " ")
    this.#add({ kind: "code", text: text.trim() || text })
    this.#at = end + run.length
  }

  /** Of too many open marks, the oldest is an ordinary character. */
  #open(mark) {
    this.#frames.push({ mark, tokens: [] })
    if (this.#frames.length > DEEPEST_EMPHASIS + 1) this.#unmark(1)
  }

  #close(mark) {
    while (this.#frames.at(-1).mark !== mark) this.#unmark()
    this.#emphasize()
  }

  /** An ordinary character, unless its partner may still come. */
  #settle() {
    if (this.#is.isGrowing && this.#frames.at(-1).tokens.length) this.#emphasize()
    else this.#unmark()
  }

  #emphasize() {
    const { mark, tokens } = this.#frames.pop()
    this.#add({ kind: mark === "~~" ? "del" : mark.length > 1 ? "strong" : "em", children: tokens })
  }

  #unmark(at = this.#frames.length - 1) {
    const [{ mark, tokens }] = this.#frames.splice(at, 1)
    for (const token of [{ kind: "text", text: mark }, ...tokens]) this.#add(token, at - 1)
  }

  #addText(text) {
    this.#add({ kind: "text", text })
  }

  #add(token, at = -1) {
    const { tokens } = this.#frames.at(at)
    const last = tokens.at(-1)
    if (token.kind === "text" && last?.kind === "text") last.text += token.text
    else tokens.push(token)
  }
}

/** Signs within a word or a sum are no marks: snake_case, 2*3*4, ~5. */
function isMark(run, around) {
  if (run.length > DEEPEST_EMPHASIS || !"*_~".includes(run[0])) return false
  if (run[0] === "~") return run.length === 2
  if (run[0] === "_") return !/^[\p{L}\p{N}_]{2}$/u.test(around)
  return !(run.length === 1 ? /^[a-z\d]{2}$/i : /^\d\d$/).test(around)
}
