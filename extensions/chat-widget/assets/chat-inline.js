// The words of one paragraph, as a list of tokens: text, break, strong, em, code, link.
// While a reply still grows (`isGrowing`), what is half-formed at its end is shown without its marks.

const ESCAPED = /\\([!-/:-@[-`{-~])/y
const CODE = /(`+)([^`]|[^`][\s\S]*?[^`])\1(?!`)/y
const LINK = /(!?)\[([^[\]\n]*)\]\(\s*([^()\s]*)(?:\s+"[^"\n]*")?\s*\)/y
const ADDRESS = /<(https?:\/\/[^<>\s]+)>|https?:\/\/[^\s<>()[\]]*[^\s<>()[\].,;:!?'"*_`]/y
const MARKS = /\*+|_+/y
const PLAIN = /[^\\`![<h*_\n]+|`+|[\s\S]/y

// What a link, code or emphasis looks like before its end has come.
const HALF_LINK = /!?\[([^[\]\n]*)(?:\](?:\([^()\n]*)?)?$/
const HALF_MARKS = /[*_`\\]+$/
const HALF_CODE = /`+([^`\n]+)$/y
const DEEPEST = 6

export function parseInline(source, isGrowing = false) {
  const text = isGrowing ? source.replace(HALF_LINK, "$1").replace(HALF_MARKS, "") : source
  return new InlineParser(text, { isGrowing }).tokens()
}

class InlineParser {
  #text
  #isGrowing
  #isLabel
  #at = 0
  // Open emphasis, outermost first. Each frame collects the tokens since its mark.
  #frames = [{ mark: "", tokens: [] }]

  constructor(text, { isGrowing = false, isLabel = false }) {
    this.#text = text
    this.#isGrowing = isGrowing
    this.#isLabel = isLabel
  }

  tokens() {
    while (this.#at < this.#text.length) this.#step()
    while (this.#frames.length > 1) this.#settle()
    return this.#frames[0].tokens
  }

  #step() {
    let found
    if ((found = this.#match(ESCAPED))) this.#addText(found[1])
    else if ((found = this.#match(CODE))) this.#add({ kind: "code", text: found[2].trim() || found[2] })
    else if (this.#isGrowing && (found = this.#match(HALF_CODE))) this.#add({ kind: "code", text: found[1] })
    else if (!this.#isLabel && (found = this.#match(LINK))) this.#addLink(found)
    else if (!this.#isLabel && (found = this.#match(ADDRESS))) this.#addAddress(found[1] ?? found[0])
    else if (this.#text[this.#at] === "\n") this.#addBreak()
    else if ((found = this.#match(MARKS))) this.#mark(found[0])
    else this.#addText(this.#match(PLAIN)[0])
  }

  #match(pattern) {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found) this.#at = pattern.lastIndex
    return found
  }

  /** Images are never shown; their description is. */
  #addLink([, isImage, label, href]) {
    if (isImage) this.#addText(label)
    else this.#add({ kind: "link", href, children: new InlineParser(label, { isLabel: true }).tokens() })
  }

  #addAddress(href) {
    this.#add({ kind: "link", href, children: [{ kind: "text", text: href }] })
  }

  #addBreak() {
    this.#at += 1
    this.#add({ kind: "break" })
  }

  #mark(run) {
    const before = this.#text[this.#at - run.length - 1] ?? " "
    const after = this.#text[this.#at] ?? " "
    const isWord = run[0] === "_" && /\w/.test(before) && /\w/.test(after)
    const mayClose = /\S/.test(before) && !isWord
    const mayOpen = /\S/.test(after) && !isWord

    for (let rest = run; rest; ) {
      const innermost = this.#frames.at(-1).mark
      const mark = innermost && mayClose && rest.startsWith(innermost) ? innermost : rest.slice(0, 2)
      rest = rest.slice(mark.length)
      if (mayClose && this.#frames.some((frame) => frame.mark === mark)) this.#close(mark)
      else if (mayOpen && this.#frames.length <= DEEPEST) this.#frames.push({ mark, tokens: [] })
      else this.#addText(mark)
    }
  }

  #close(mark) {
    while (this.#frames.at(-1).mark !== mark) this.#unmark()
    this.#emphasize()
  }

  /** At the end of the text: a mark without its partner is an ordinary character, unless the partner may still come. */
  #settle() {
    if (this.#isGrowing && this.#frames.at(-1).tokens.length) this.#emphasize()
    else this.#unmark()
  }

  #emphasize() {
    const { mark, tokens } = this.#frames.pop()
    this.#add({ kind: mark.length > 1 ? "strong" : "em", children: tokens })
  }

  #unmark() {
    const { mark, tokens } = this.#frames.pop()
    this.#addText(mark)
    tokens.forEach((token) => this.#add(token))
  }

  #addText(text) {
    this.#add({ kind: "text", text })
  }

  #add(token) {
    const { tokens } = this.#frames.at(-1)
    const last = tokens.at(-1)
    if (token.kind === "text" && last?.kind === "text") last.text += token.text
    else tokens.push(token)
  }
}
