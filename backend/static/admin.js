// The admin's pages: links and forms go by fetch, which App Bridge signs, and the answer's <main> is put in place.

import "./admin-composer.js"
import "./admin-desk.js"
import "./admin-downloads.js"
import "./admin-home.js"
import "./admin-inbox.js"
import "./admin-live.js"
import "./admin-posts.js"
import "./admin-settings.js"
import "./admin-waiting.js"

const parser = new DOMParser()
const OURS = { "X-Requested-With": "fetch" }

let going = new AbortController()
// While a form is on its way: settled by its answer, true when it was taken.
let sending = null

const main = () => document.querySelector("main")

// What was sent is not called back: whoever walks on waits for its answer, and stays with what was not taken.
async function visit(address, { form, isNew = true } = {}) {
  if (sending && !(await sending)) return
  going.abort()
  const { signal } = (going = new AbortController())
  const arriving = arrive(address, { form, isNew, signal })
  if (form) sending = arriving.finally(() => (sending = null))
}

// A page that answers 409 or 422 says itself what is wrong; everything else without a page is told above it.
async function arrive(address, { form, isNew, signal }) {
  shopify.loading(true)
  main().ariaBusy = "true"
  try {
    await settled(form)
    const response = await fetch(address, { ...asked(form), signal })
    if (!response.headers.get("Content-Type")?.startsWith("text/html")) throw new Error(await problemOf(response))
    const { hash } = new URL(address, location.href)
    show(parser.parseFromString(await response.text(), "text/html"), response, { form, isNew, hash })
    if (response.ok && form?.dataset.toast) shopify.toast.show(form.dataset.toast)
    return response.ok
  } catch (error) {
    if (!signal.aborted) tell(error instanceof TypeError ? "" : error.message)
    return false
  } finally {
    if (!signal.aborted) settle()
  }
}

// Whoever keeps something of the page has it kept before the next one is asked for; `form` is what is sent.
async function settled(form) {
  const waits = []
  document.dispatchEvent(new CustomEvent("page:leave", { detail: { form, waits } }))
  await Promise.allSettled(waits)
}

// What is only looked at is answered with a page, also when there is none; a form keeps its words instead.
const asked = (form) =>
  form
    ? { method: "POST", body: new URLSearchParams(new FormData(form)), headers: OURS }
    : { headers: { ...OURS, Accept: "text/html" } }

async function problemOf(response) {
  const isTold = response.headers.get("Content-Type")?.startsWith("application/json")
  return isTold ? (await response.json()).error.message : ""
}

function settle() {
  main().ariaBusy = "false"
  shopify.loading(false)
}

function show(page, response, { form, isNew, hash }) {
  const { pathname, search } = new URL(response.url)
  const stays = pathname === location.pathname
  const [typed, focused, scrolled] = [drafts(response.ok ? form : null), document.activeElement?.id, scrolls()]
  document.title = page.title
  tell(null)
  main().replaceWith(document.adoptNode(page.querySelector("main")))
  nameLinks(page)
  // What was refused has no address of its own.
  if (isNew && response.ok) remember(pathname + search + hash)
  typed.forEach(({ keep, value }, id) => putBack(document.getElementById(id), keep, value))
  scrolled.forEach((top, id) => document.getElementById(id)?.scrollTo(0, top))
  if (!stays) scrollTo(0, 0)
  lookAt(hash.slice(1) || (stays && focused), stays)
}

// The menu tells how much is new: its links keep their place and get their words.
function nameLinks(page) {
  for (const link of document.querySelectorAll("s-app-nav s-link")) {
    const fresh = page.querySelector(`s-app-nav s-link[href="${link.getAttribute("href")}"]`)
    if (fresh && fresh.textContent !== link.textContent) link.textContent = fresh.textContent
  }
}

function lookAt(id, stays) {
  const place = (id && document.getElementById(id)) || main()
  place.focus({ preventScroll: stays })
}

function remember(address) {
  const here = location.pathname + location.search + location.hash
  if (address !== here) history.pushState(null, "", address)
}

// What stands in fields marked data-keep, outside of the form that has just been sent. It is put back where the mark is
// the same: what was written in one conversation never stands in another.
function drafts(sent) {
  const fields = [...main().querySelectorAll("[data-keep]")].filter((field) => !sent?.contains(field))
  return new Map(fields.map((field) => [field.id, { keep: field.dataset.keep, value: field.value }]))
}

function putBack(field, keep, value) {
  if (field?.dataset.keep === keep) field.value = value
}

const scrolls = () => new Map([...main().querySelectorAll("[data-keep-scroll]")].map((part) => [part.id, part.scrollTop]))

// Null takes it away; blank words are the page's own.
function tell(words) {
  const place = document.querySelector("[data-part=page-problem]")
  const line = place.querySelector("[data-part=problem]")
  place.hidden = words === null
  line.textContent = words || line.dataset.otherwise
  if (words !== null) place.scrollIntoView({ block: "nearest" })
}

// Rejects when the merchant would rather stay with unsaved changes.
async function follow(address) {
  // What was on its way at the click, whatever has become of it when the merchant has been asked.
  const sent = sending
  try {
    await shopify.saveBar.leaveConfirmation()
  } catch {
    return
  }
  if (!sent || (await sent)) visit(address)
}

const isOurs = (link) =>
  link.hasAttribute("href") &&
  new URL(link.getAttribute("href"), location.href).origin === location.origin &&
  !["_blank", "_top"].includes(link.getAttribute("target")) &&
  !link.hasAttribute("download")

addEventListener("click", (event) => {
  const link = event.target.closest?.("[href]")
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return
  if (!link || link.closest("svg") || !isOurs(link)) return
  event.preventDefault()
  follow(link.getAttribute("href"))
})

// The admin's own menu.
addEventListener("shopify:navigate", (event) => {
  const address = event.target.getAttribute?.("href")
  if (!address) return
  event.preventDefault()
  follow(address)
})

addEventListener("submit", (event) => {
  const form = event.target
  if (event.defaultPrevented || main().ariaBusy === "true") return event.preventDefault()
  event.preventDefault()
  const address = form.getAttribute("action") ?? location.pathname
  if (form.method === "post") visit(address, { form })
  else visit(`${address}?${new URLSearchParams([...new FormData(form)].filter(([, value]) => value))}`)
})

addEventListener("popstate", () => visit(location.href, { isNew: false }))
