// Files of the shop: a link or form marked data-download is fetched, so that App Bridge signs it, and then saved.

const TYPED = /filename="([^"]+)"/

async function download(address, starter) {
  if (starter.ariaBusy === "true") return
  starter.ariaBusy = "true"
  shopify.loading(true)
  try {
    const response = await fetch(address, { headers: { "X-Requested-With": "fetch" } })
    if (!response.ok) throw new Error(await problemOf(response))
    save(await response.blob(), TYPED.exec(response.headers.get("Content-Disposition"))?.[1] ?? "export")
  } catch (error) {
    tell(starter, error.message)
  } finally {
    starter.ariaBusy = "false"
    shopify.loading(false)
  }
}

async function problemOf(response) {
  const isTold = response.headers.get("Content-Type")?.startsWith("application/json")
  return isTold ? (await response.json()).error.message : ""
}

function save(blob, name) {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  // Chromium reads the blob after the click has returned.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

// The banner that the page keeps for this, with the words that the server said or the page's own.
function tell(starter, message) {
  const banner = document.getElementById(starter.dataset.download)
  const words = banner.querySelector("[data-part=problem]")
  words.textContent = message || words.dataset.otherwise
  banner.hidden = false
}

function hush(starter) {
  document.getElementById(starter.dataset.download).hidden = true
}

addEventListener(
  "click",
  (event) => {
    const link = event.target.closest?.("[href][data-download]")
    if (!link) return
    event.preventDefault()
    event.stopPropagation()
    hush(link)
    download(link.getAttribute("href"), link)
  },
  { capture: true },
)

addEventListener(
  "submit",
  (event) => {
    const form = event.target
    if (!form.matches("form[data-download]")) return
    event.preventDefault()
    event.stopPropagation()
    hush(form)
    download(`${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`, form)
  },
  { capture: true },
)
