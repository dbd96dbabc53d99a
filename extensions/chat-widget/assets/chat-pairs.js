// What belongs together in a line: brackets, code, the cells of a row. Every sign is looked at once.

const PAIRED = /\\[^\n]|`+|\n|\(<[^<>\n]*>|\s"[^"\n]*"(?= {0,9}\))|[[\]()]/g
const CUTS = /\\[^]|`+|\|/g
const HALF = /(?:<(?:b(?:r *\/?)?)?|&[#\w]*)$/i
// What would stand in more columns stays in the last one.
const MOST_COLUMNS = 40

/** By where they begin: the ends of code and of brackets, which end on their line; and the brackets left open. */
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
    // A title, in which brackets do not count, stands in brackets of a link.
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

/** What is half-formed at the end, without its marks. */
export function withoutHalf(text) {
  const { ends, open } = pairsIn(text)
  const target = open["("].find((at) => text[at - 1] === "]" && ends.has(at - 1))
  const to = target ? target - 1 : text.endsWith("]") ? text.length - 1 : text.length
  const from = ends.get(to) ?? open["["].at(-1)
  const shown = from === undefined ? text : text.slice(0, from - (text[from - 1] === "!")) + text.slice(from + 1, to)

  let end = shown.length
  while ("*_~`\\".includes(shown[end - 1])) end -= 1
  const start = Math.max(0, end - 12)
  return shown.slice(0, start) + shown.slice(start, end).replace(HALF, "")
}

/** What stands between bars that are neither escaped nor code. */
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
