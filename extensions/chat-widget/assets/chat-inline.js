// A paragraph as tokens: text, break, strong, em, del, code, link. Each sign is read once.

import { addressAt, characterOf, NEXT_ESCAPED, pairsIn, targetOf, unescaped, withoutHalf } from "./chat-links.js"

const PLAIN = /[^\\`!&[<hH*_~\n]+/y
const BREAK = /\\?\n|<br {0,9}\/?>\n?/iy
const ENCLOSED = /<((?:https?:\/\/|mailto:|tel:)[^\s<>]+)>/iy
const RUN = /\*+|_+|~+|`+|[^]/y
const DEEPEST = 6

/** While a reply grows, what is half-formed is shown without its marks. */
export function parseInline(source, isGrowing = false) {
  return new InlineParser(isGrowing ? withoutHalf(source) : source, { isGrowing }).tokens()
}

export function parsePlain(source) {
  return new InlineParser(source, { isPlain: true }).tokens()
}

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
    const to = this.#text[from] === "[" && (isImage || !this.#is.isLabel) ? this.#ends.get(from) : undefined
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
    if (!tokens.slice(-2).every(({ kind }) => kind === "break") || tokens.length < 2) this.#add({ kind: "break" })
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
      left -= mark.length
      if (mayClose && tokens.length && this.#frames.some((frame) => frame.mark === mark)) this.#close(mark)
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
    if (this.#frames.length > DEEPEST + 1) this.#unmark(1)
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
  if (run.length > DEEPEST || !"*_~".includes(run[0])) return false
  if (run[0] === "~") return run.length === 2
  const inside = run[0] === "_" ? /^[\p{L}\p{N}_]{2}$/u : run.length === 1 ? /^[a-z\d]{2}$/i : /^\d\d$/
  return !inside.test(around)
}
