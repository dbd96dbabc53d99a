import assert from "node:assert/strict"
import { readFile } from "node:fs/promises"
import { test } from "node:test"
import { runInNewContext } from "node:vm"

const SCRIPT = new URL("../../extensions/chat-widget/assets/chat-widget.js", import.meta.url)

const COLORS = [
  { accent: "#21484d", words: "#fff3d6", readable: true },
  { accent: "#1f2328", words: "#FFFFFF", readable: true },
  { accent: "#767676", words: "#ffffff", readable: true },
  { accent: "#777777", words: "#ffffff", readable: false },
  { accent: "#ff5a5f", words: "#ffffff", readable: false },
  { accent: "#ffffff", words: "#fff3d6", readable: false },
  { accent: "#1f2328", words: "rgba(255, 255, 255, 0.4)", readable: false },
]

for (const { accent, words, readable } of COLORS) {
  test(`words in ${words} on ${accent} are ${readable ? "kept" : "replaced, and the merchant is told"}`, async () => {
    const launcher = await launcherWith({ accent, "accent-text": words })
    assert.equal(launcher.style.get("--chat-accent-text"), readable ? words : undefined)
    assert.equal(launcher.parts["color-note"].hidden, readable)
  })
}

test("a merchant who chose no color for words is told nothing", async () => {
  const launcher = await launcherWith({ accent: "#777777", "accent-text": "" })
  assert.equal(launcher.style.get("--chat-accent-text"), undefined)
  assert.ok(launcher.parts["color-note"].hidden)
})

test("shoppers, who have no such note, get the readable color too", async () => {
  const launcher = await launcherWith({ accent: "#777777", "accent-text": "#ffffff" }, { isEditor: false })
  assert.equal(launcher.style.get("--chat-accent-text"), undefined)
})

/** The launcher as the page's script makes it, on a page that has only what it touches at its start. */
async function launcherWith(attributes, { isEditor = true } = {}) {
  let Launcher
  class Page extends EventTarget {
    documentElement = {}
    body = {}
    querySelectorAll = () => []
  }
  class FakeElement extends EventTarget {
    parts = { "color-note": { hidden: true } }
    style = Object.assign(new Map(), { setProperty: (name, value) => this.style.set(name, value) })
    shadowRoot = { querySelector: (name) => (isEditor && this.parts[/"(.+)"/.exec(name)[1]]) || null }
    getAttribute = (name) => attributes[name] ?? null
  }

  const page = Object.assign(new EventTarget(), {
    AbortController,
    HTMLElement: FakeElement,
    MutationObserver: class { observe() {} },
    addEventListener() {},
    document: new Page(),
    sessionStorage: { getItem: () => null },
    customElements: { get: () => undefined, define: (_, element) => (Launcher = element) },
    requestIdleCallback: () => 1,
  })
  runInNewContext(await readFile(SCRIPT, "utf8"), Object.assign(page, { window: page }))
  const launcher = new Launcher()
  launcher.connectedCallback()
  return launcher
}
