// The admin's side of App Bridge: answers the app in the frame, and nobody else.

const frame = document.querySelector("iframe[data-app]")
const app = frame.dataset.app
const HOME = "/admin/apps/flux-chat"
// What Shopify adds for the app is nothing for the address bar.
const ADDED = ["embedded", "hmac", "host", "id_token", "locale", "session", "shop", "timestamp", "shopify-reload"]

const json = async (path) => {
  const response = await fetch(path)
  if (!response.ok) throw new Error(`${path} answered ${response.status}`)
  return response.json()
}

const part = (name) => document.querySelector(`[data-part="${name}"]`)
const tell = (name, detail = null) => frame.contentWindow.postMessage({ tell: name, detail }, app)

let toastTimer = 0

function toast(detail) {
  clearTimeout(toastTimer)
  part("toast").textContent = detail?.message ?? ""
  part("toast").classList.toggle("is-error", Boolean(detail?.isError))
  if (detail) toastTimer = setTimeout(toast, detail.duration, null)
}

function menu(items) {
  const links = items.map(({ label, href }) => {
    const link = document.createElement("a")
    Object.assign(link, { textContent: label, href: HOME + (href === "/" ? "" : href) })
    link.dataset.href = href
    const item = document.createElement("li")
    item.append(link)
    return item
  })
  part("menu").replaceChildren(...links)
  markPlace()
}

function place({ path, query, title }) {
  const kept = new URLSearchParams(query)
  for (const name of ADDED) kept.delete(name)
  const shown = path === "/" ? HOME : HOME + path
  history.replaceState(null, "", `${shown}${kept.size ? `?${kept}` : ""}`)
  if (title) document.title = `${title} · ${document.body.dataset.store}`
  markPlace()
}

// A sub-page belongs to the entry that it begins with.
function markPlace() {
  for (const link of part("menu").querySelectorAll("a")) {
    const here = location.pathname === link.pathname || location.pathname.startsWith(`${link.pathname}/`)
    link.toggleAttribute("aria-current", here)
    if (here) link.setAttribute("aria-current", "page")
  }
}

const saving = { shown: false, confirm: false }

function saveBar(detail) {
  Object.assign(saving, { confirm: false }, detail)
  part("save-bar").hidden = !saving.shown
}

const confirmed = (question) =>
  new Promise((resolve) => {
    const dialog = part("question")
    dialog.querySelector("p").textContent = question
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true })
    dialog.returnValue = ""
    dialog.showModal()
  })

async function leave() {
  if (!saving.shown) return
  if (!(await confirmed("There are unsaved changes. Leave without them?"))) throw new Error("The merchant stays.")
  saveBar({ shown: false })
}

// Nobody is asked for what is granted already.
async function requestScopes(scopes) {
  const { granted } = await json("/admin/scopes")
  const missing = scopes.filter((scope) => !granted.includes(scope))
  if (missing.length && !(await confirmed(`Flux Chat asks for more access: ${missing.join(", ")}. Grant it?`))) {
    return { result: "declined-all" }
  }
  if (missing.length) await fetch("/admin/scopes", { method: "POST", body: new URLSearchParams({ scopes: missing.join(",") }) })
  return { result: "granted-all" }
}

const answers = {
  idToken: async () => (await json("/admin/id-token")).token,
  extensions: () => json("/admin/extensions"),
  scopes: () => json("/admin/scopes"),
  scopeRequest: requestScopes,
  user: () => ({ accountAccess: "owner" }),
  loading: (on) => part("loading").toggleAttribute("hidden", !on),
  toast,
  menu,
  place,
  saveBar,
  leave,
  open: (address) => location.assign(inAdmin(address)),
}

// Shopify's addresses as this admin has them.
function inAdmin(address) {
  const { protocol, pathname, search } = new URL(address)
  return protocol === "shopify:" ? `/admin${pathname.replace(/^\/\/admin/, "")}${search}` : `${pathname}${search}`
}

addEventListener("message", async ({ origin, source, data }) => {
  if (origin !== app || source !== frame.contentWindow || !Object.hasOwn(answers, data.ask)) return
  try {
    const value = (await answers[data.ask](data.detail)) ?? null
    source.postMessage({ answer: data.number, value }, app)
  } catch (error) {
    source.postMessage({ answer: data.number, error: error.message }, app)
  }
})

part("menu").addEventListener("click", async (event) => {
  const link = event.target.closest("a")
  if (!link) return
  event.preventDefault()
  await leave().then(() => tell("navigate", link.dataset.href), () => {})
})

part("save").addEventListener("click", () => tell("save"))
part("discard").addEventListener("click", async () => {
  if (!saving.confirm || (await confirmed("Discard all unsaved changes?"))) tell("discard")
})

// Only now may the app ask.
frame.src = frame.dataset.src
