// Long texts that readers of text are slow at, by `nasty_texts.json`, and how the time grows.

import { readFileSync } from "node:fs"

const KEPT = new URL("../../support/nasty_texts.json", import.meta.url)
export const SHAPES = JSON.parse(readFileSync(KEPT))
const LENGTH = 16_000
const MOST_GROWTH = 8
// Below this a ratio of times says nothing.
const LEAST_MICROSECONDS = 3_000
const TRIES = 15

export function nastyText({ growing = "", before, unit, after }, length) {
  const pieces = []
  for (let left = length, count = 1; left > 0; left -= pieces.at(-1).length, count += 1) {
    pieces.push(growing.repeat(count) + unit)
  }
  return before + pieces.join("") + after
}

/**
 * Whether four times the text takes about four times the work; sixteen times would be quadratic.
 * Another try is for what else the machine does, which only ever makes it slower.
 */
export function isLinear(work, textOf) {
  const texts = [LENGTH, 4 * LENGTH].map(textOf)
  const least = [Infinity, Infinity]
  for (let tries = 0; tries < TRIES; tries += 1) {
    texts.forEach((text, at) => (least[at] = Math.min(least[at], timeOf(work, text))))
    if (least[1] < MOST_GROWTH * Math.max(least[0], LEAST_MICROSECONDS)) return true
  }
  return false
}

/** Of the processor, in microseconds. */
function timeOf(work, text) {
  const began = process.cpuUsage()
  work(text)
  return process.cpuUsage(began).user
}
