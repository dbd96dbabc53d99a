// How many need a reply, in the menu and in the title of every page; a sound and a notice when one more does.

const OURS = { "X-Requested-With": "fetch" }
const EVERY = 20_000
const SOUND = "flux-chat-sound"
const COUNTED = /^\(\d+\+?\) /
// Two soft tones, in hertz, one after the other.
const TONES = [660, 880]
const TONE_SECONDS = 0.16
const LOUDNESS = 0.08

const wantsSound = () => {
  try {
    return localStorage.getItem(SOUND) === "on"
  } catch {
    return isOnHere
  }
}
let isOnHere = false
let audio = null

function setSound(isOn) {
  isOnHere = isOn
  try {
    localStorage.setItem(SOUND, isOn ? "on" : "off")
  } catch {
    // For this page it holds all the same.
  }
}

// Browsers let a page be heard once somebody has touched it, or pressed a key.
for (const name of ["pointerdown", "keydown"]) {
  addEventListener(name, () => wantsSound() && wake(), { passive: true })
}

function wake() {
  audio ??= new AudioContext()
  audio.resume()
}

function play() {
  if (audio?.state !== "running") return
  TONES.forEach((hertz, place) => playTone(hertz, audio.currentTime + place * TONE_SECONDS))
}

function playTone(hertz, at) {
  const [tone, volume] = [audio.createOscillator(), audio.createGain()]
  tone.frequency.value = hertz
  volume.gain.setValueAtTime(LOUDNESS, at)
  volume.gain.exponentialRampToValueAtTime(0.001, at + TONE_SECONDS)
  tone.connect(volume).connect(audio.destination)
  tone.start(at)
  tone.stop(at + TONE_SECONDS)
}

const mayNotify = () => globalThis.Notification?.permission === "granted"

// <waiting-news src="address" notice="words">: asks how many there are for as long as the page is open.
class WaitingNewsElement extends HTMLElement {
  #timer
  #latest = null

  connectedCallback() {
    this.#timer = setInterval(() => this.#ask(), EVERY)
    this.#ask()
  }

  disconnectedCallback() {
    clearInterval(this.#timer)
  }

  async #ask() {
    try {
      const response = await fetch(this.getAttribute("src"), { headers: OURS })
      if (response.ok) this.#tell(await response.json())
    } catch {
      // Asked again in a moment.
    }
  }

  #tell({ count, latest }) {
    tellCount(count)
    const known = this.#latest
    // First, since a phone's browser throws where a page makes a notice.
    this.#latest = Math.max(latest, known ?? 0)
    if (known !== null && latest > known) this.#alert()
  }

  // No words of the shopper's: others may see the screen.
  #alert() {
    if (wantsSound()) play()
    if (mayNotify()) new Notification("Flux Chat", { body: this.getAttribute("notice"), tag: "flux-chat" })
  }
}

function tellCount(count) {
  const prefix = count ? `(${count}) ` : ""
  const title = prefix + document.title.replace(COUNTED, "")
  if (document.title !== title) document.title = title
  const link = document.querySelector("s-app-nav [data-counts]")
  const words = link.textContent.replace(/ \(\d+\+?\)$/, "") + (count ? ` (${count})` : "")
  if (link.textContent !== words) link.textContent = words
}

// <desk-alerts>: the switch of the sound, and a button that asks the browser for notices.
class DeskAlertsElement extends HTMLElement {
  connectedCallback() {
    const sound = this.querySelector("[data-part=sound]")
    sound.checked = wantsSound()
    sound.onchange = () => {
      setSound(sound.checked)
      if (sound.checked) this.#try()
    }
    const ask = this.querySelector("[data-part=ask]")
    ask.hidden = globalThis.Notification?.permission !== "default"
    ask.onclick = async () => {
      await Notification.requestPermission()
      ask.hidden = Notification.permission !== "default"
    }
  }

  async #try() {
    wake()
    await audio.resume()
    play()
  }
}

customElements.get("waiting-news") ?? customElements.define("waiting-news", WaitingNewsElement)
customElements.get("desk-alerts") ?? customElements.define("desk-alerts", DeskAlertsElement)
