// The tree of a Markdown text as one line that looks like HTML, as `markdown_cases.json` has it.

import { parseBlocks } from "../../../extensions/chat-widget/assets/chat-markdown.js"

const TAGS = { paragraph: "p", heading: "h", quote: "blockquote" }

export function parseMarkdown(source, isGrowing = false) {
  return parseBlocks(source, isGrowing).blocks
}

export function outline(part) {
  if (Array.isArray(part)) return part.map(outline).join("")

  const { kind, text, href, start, items, head, rows, children, blocks } = part
  const tag = TAGS[kind] ?? kind
  if (kind === "text") return escaped(text)
  if (kind === "break" || kind === "rule") return kind === "break" ? "<br>" : "<hr>"
  if (kind === "code") return `<code>${escaped(text)}</code>`
  if (kind === "link") return `<a href="${href}">${outline(children)}</a>`
  if (kind === "table") return `<table>${[head, ...rows].map(row).join("")}</table>`
  if (kind !== "list") return `<${tag}>${outline(children ?? blocks)}</${tag}>`

  const opened = start === null ? "ul" : `ol ${start}`
  const inside = items.map((item) => `<li>${outline(item)}</li>`).join("")
  return `<${opened}>${inside}</${opened.slice(0, 2)}>`
}

function row(cells) {
  return `<tr>${cells.map((cell) => `<td>${outline(cell)}</td>`).join("")}</tr>`
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
}
