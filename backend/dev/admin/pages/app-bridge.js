// App Bridge as the app's pages use it: id tokens, signed fetch, the menu, the save bar, toasts. It asks the pretend
// admin around the frame for everything, as the real one does, and keeps nothing in the browser.

const ADMIN = new URL(document.currentScript.src).origin
const HOME = "/admin/apps/flux-chat"
const RETRY = "X-Shopify-Retry-Invalid-Session-Request"
const REAUTHORIZE = "X-Shopify-API-Request-Failure-Reauthorize-Url"
const asked = new URLSearchParams(location.search)

// Opened by itself it goes to where it belongs.
if (window.parent === window) location.replace(`${ADMIN}${HOME}${location.pathname}`)

/* Speaking with the admin */

const waiting = new Map()
let last = 0

const ask = (name, detail = null) =>
  new Promise((resolve, reject) => {
    waiting.set((last += 1), { resolve, reject })
    parent.postMessage({ ask: name, number: last, detail }, ADMIN)
  })

addEventListener("message", ({ origin, source, data }) => {
  if (origin !== ADMIN || source !== parent) return
  if (data.answer) {
    const { resolve, reject } = waiting.get(data.answer)
    waiting.delete(data.answer)
    data.error ? reject(new Error(data.error)) : resolve(data.value)
  }
  if (data.tell) told[data.tell]?.(data.detail)
})

/* Id tokens, and requests that carry them */

const token = { text: "", until: 0 }

async function idToken() {
  if (token.until - Date.now() < 5_000) {
    token.text = await ask("idToken")
    token.until = JSON.parse(atob(token.text.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"))).exp * 1000
  }
  return token.text
}

const bareFetch = window.fetch.bind(window)

async function signed(request) {
  const copy = request.clone()
  if (!copy.headers.has("Authorization")) copy.headers.set("Authorization", `Bearer ${await idToken()}`)
  return bareFetch(copy)
}

window.fetch = async (resource, options) => {
  const request = new Request(resource, options)
  if (new URL(request.url).origin !== location.origin) return bareFetch(resource, options)
  let response = await signed(request)
  if (response.status === 401 && response.headers.has(RETRY)) {
    token.until = 0
    response = await signed(request)
  }
  if (response.headers.has(REAUTHORIZE)) await ask("open", response.headers.get(REAUTHORIZE))
  return response
}

// The bounce page is only this script; it comes back with a token to where the visitor was going.
async function comeBack(to) {
  const wanted = new URL(to, location.origin)
  if (wanted.origin !== location.origin) return
  wanted.searchParams.set("id_token", await idToken())
  location.replace(wanted)
}

if (asked.has("shopify-reload")) comeBack(asked.get("shopify-reload"))

/* The save bar of `<form data-save-bar>` */

const clean = new WeakMap()
let unsaved = null

const contents = (form) => new URLSearchParams(new FormData(form)).toString()

function showSaveBar(form) {
  unsaved = form
  ask("saveBar", { shown: Boolean(form), confirm: form?.hasAttribute("data-discard-confirmation") })
}

function compare({ target }) {
  const form = target.closest?.("form[data-save-bar]")
  if (!form || !clean.has(form)) return
  const changed = contents(form) !== clean.get(form)
  if (changed !== (unsaved === form)) showSaveBar(changed ? form : null)
}

function settle({ target }) {
  if (!target.matches?.("form[data-save-bar]")) return
  // After everybody has heard of it: a reset has not happened yet while it is told.
  queueMicrotask(() => clean.set(target, contents(target)))
  if (unsaved) showSaveBar(null)
}

function meetForms() {
  for (const form of document.querySelectorAll("form[data-save-bar]")) if (!clean.has(form)) clean.set(form, contents(form))
  if (unsaved && !unsaved.isConnected) showSaveBar(null)
}

document.addEventListener("input", compare)
document.addEventListener("change", compare)
document.addEventListener("submit", settle)
document.addEventListener("reset", settle)

/* The menu, the address and the title, which the admin shows around the frame */

class AppNav extends HTMLElement {
  connectedCallback() {
    this.hidden = true
    new MutationObserver(() => this.#report()).observe(this, { childList: true, subtree: true })
    this.#report()
  }

  #report() {
    const links = [...this.querySelectorAll("s-link, a")].filter((link) => link.rel !== "home" && link.getAttribute("rel") !== "home")
    ask("menu", links.map((link) => ({ label: link.textContent.trim(), href: link.getAttribute("href") })))
  }
}

customElements.define("s-app-nav", AppNav)

function follow(href) {
  const link = [...document.querySelectorAll("s-app-nav [href]")].find((one) => one.getAttribute("href") === href)
  const event = new CustomEvent("shopify:navigate", { bubbles: true, cancelable: true })
  if ((link ?? document.body).dispatchEvent(event)) location.assign(href)
}

const reportPlace = () => ask("place", { path: location.pathname, query: location.search, title: document.title })

for (const name of ["pushState", "replaceState"]) {
  const change = history[name].bind(history)
  history[name] = (...all) => {
    change(...all)
    reportPlace()
  }
}
addEventListener("popstate", reportPlace)

document.addEventListener("DOMContentLoaded", () => {
  reportPlace()
  meetForms()
  new MutationObserver(meetForms).observe(document.body, { childList: true, subtree: true })
})

// Pages of the admin itself: `shopify://admin/…`, and the shop's own address.
const isAdmin = ({ protocol, hostname }) => protocol === "shopify:" || ["admin.shopify.com", asked.get("shop")].includes(hostname)

addEventListener("click", (event) => {
  const link = event.composedPath().find((element) => element.localName === "a" && element.href)
  if (!link || event.defaultPrevented || !isAdmin(new URL(link.href))) return
  event.preventDefault()
  ask("open", link.href)
})

/* What the admin tells the page */

const told = {
  save: () => unsaved?.requestSubmit(),
  discard: () => unsaved?.reset(),
  navigate: follow,
}

const overlay = (id) => document.getElementById(id)

window.shopify = {
  config: {
    apiKey: document.querySelector("meta[name=shopify-api-key]")?.content ?? "",
    shop: asked.get("shop") ?? "",
    host: asked.get("host") ?? "",
    locale: asked.get("locale") ?? "en",
  },
  origin: ADMIN,
  ready: Promise.resolve(),
  environment: { embedded: true, mobile: false, pos: false },
  idToken,
  user: () => ask("user"),
  loading: (on = true) => ask("loading", on),
  app: { extensions: () => ask("extensions") },
  scopes: {
    query: () => ask("scopes"),
    // Resolves with `result`: "granted-all" or "declined-all".
    request: (scopes) => ask("scopeRequest", scopes),
  },
  toast: {
    show: (message, options = {}) => ask("toast", { message, isError: options.isError, duration: options.duration ?? 5000 }),
    hide: () => ask("toast", null),
  },
  modal: {
    show: (id) => overlay(id).showOverlay(),
    hide: (id) => overlay(id).hideOverlay(),
    toggle: (id) => overlay(id).toggleOverlay(),
  },
  saveBar: {
    show: async () => ask("saveBar", { shown: true }),
    hide: async () => ask("saveBar", { shown: false }),
    // Resolves when nothing is unsaved, or when the merchant would rather leave.
    leaveConfirmation: () => ask("leave"),
  },
}
