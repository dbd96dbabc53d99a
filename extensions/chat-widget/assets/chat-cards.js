// <flux-chat-card>: one product. Shows what is chosen of it, and puts that into the cart.
// <flux-chat-cards>: a row of them; asks the store about each that comes near.

import { addToCart, CartRefused, cartRoot, openCart } from "./chat-cart.js"
import { copyShape, define, field, find, localeOf } from "./chat-dom.js"
import { askStore, findVariant, firstChoice, formatMoney } from "./chat-money.js"
import { fromPart, fromStore, obstacleTo, replaceAt } from "./chat-money.js"

const MOST = 99
const ADDED_MS = 4_000
const NEAR = "300px"

export function drawPart({ items }, kit) {
  const row = copyShape(kit.shapes, "cards")
  row.show(items, kit)
  return row
}

class ChatCardElement extends HTMLElement {
  #listening
  #kit
  #host
  #item
  #product
  #options = ""
  #chosen = []
  // idle, adding, or added for a moment
  #phase = "idle"
  #calm = 0

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController())
    this.addEventListener("change", this.#choose, { signal })
    this.addEventListener("submit", this.#buy, { signal })
  }

  disconnectedCallback() {
    this.#listening.abort()
  }

  show(item, kit) {
    this.#kit = kit
    this.#host = kit.shapes.getRootNode().host
    this.#item = item

    this.setAttribute("aria-label", item.title)
    this.#write({ title: item.title, "view-title": item.title })
    this.#showPicture(item)
    this.#take(fromPart(item))
  }

  /** What the store says takes the place of what we knew. */
  async refresh() {
    const { handle, price } = this.#item
    const root = cartRoot()
    if (!root) return

    try {
      const product = await askStore(handle, root)
      const currency = Shopify.currency?.active ?? price.currency
      if (product) this.#take(fromStore(product, currency))
      else this.#reveal({ gone: true, prices: false, view: false, form: false, plan: false })
    } catch {
      // Ours stays.
    }
  }

  #showPicture({ image, title }) {
    const picture = field(this, "picture")
    const address = image && this.#kit.links.pictureOf(image.url)
    const show = (isThere) => this.#reveal({ picture: isThere, initial: !isThere })

    this.#write({ initial: [...title][0] })
    show(address)
    picture.addEventListener("error", () => show(false))
    if (address) Object.assign(picture, { src: address, alt: image.alt })
  }

  /** The choice stays where it can. */
  #take(product) {
    const before = this.#product && this.#variant
    const same = product.variants.find(({ id }) => id === before?.id)

    this.#product = product
    this.#chosen = same?.options ?? firstChoice(product)
    this.#drawOptions()
    this.#draw()
  }

  #draw() {
    const { variants, available, needsPlan } = this.#product
    const variant = this.#variant
    const isSold = cartRoot() && variants.length > 0
    const plan = needsPlan || variant?.needsPlan

    this.#drawChoice()
    this.#drawPrices(variants.length ? variant : this.#product)
    this.#drawLinks(variant)
    this.#drawButton()
    this.#reveal({ form: isSold && !needsPlan, buy: !plan, plan })
    this.#reveal({ "sold-out": !available && !isSold })
  }

  #drawPrices(offer) {
    const before = offer?.compareAt
    const words = (money) => formatMoney(money, localeOf(this.#host))

    this.#reveal({ prices: offer, sale: before, before })
    if (offer) this.#write({ price: words(offer.price) })
    if (before) this.#write({ "compare-at": words(before) })
  }

  #drawLinks(variant) {
    const { handle, url } = this.#item
    const root = cartRoot()
    const page = root ? `${root}products/${encodeURIComponent(handle)}` : url
    const address = this.#kit.links.resolve(page)
    const isOne = this.#product.variants.length === 1

    this.#reveal({ view: address })
    field(this, "view").href = variant && !isOne ? `${address}?variant=${variant.id}` : address
    field(this, "cart").href = `${root}cart`
  }

  #drawButton() {
    const button = field(this, "add")
    const variant = this.#variant
    const isAdded = this.#phase === "added"
    const idle = variant?.available ? "add" : variant ? "soldOut" : "unavailable"

    button.disabled = field(this, "amount").hidden = idle !== "add"
    button.ariaDisabled = this.#phase === "adding"
    button.classList.toggle("chat-card__add--added", isAdded)
    button.textContent = this.dataset[isAdded ? "added" : idle]
  }

  /** Anew only where they differ: somebody may be choosing. */
  #drawOptions() {
    const options = this.#product.options.map(({ name, values }) => ({ name, values }))
    const before = this.#options
    this.#options = JSON.stringify(options)
    if (this.#options === before) return

    const selects = options.map(({ name, values }, place) => {
      const option = copyShape(this.#kit.shapes, "option")
      const select = field(option, "values")

      field(option, "name").textContent = name
      select.dataset.place = place
      select.append(...values.map((value) => new Option(value, value)))
      option.hidden = values.length < 2
      return option
    })
    field(this, "options").replaceChildren(...selects)
  }

  /** Each value with what stands in its way, given the others. */
  #drawChoice() {
    for (const select of this.querySelectorAll("select")) {
      const place = Number(select.dataset.place)
      for (const option of select.options) {
        const obstacle = obstacleTo(this.#product, this.#chosen, place, option.value)
        option.text = option.value + (obstacle && ` – ${this.dataset[obstacle]}`)
      }
      select.value = this.#chosen[place]
    }
  }

  #choose = ({ target: { dataset, value } }) => {
    if (!dataset.place) return

    this.#chosen = replaceAt(this.#chosen, Number(dataset.place), value)
    if (this.#phase === "added") this.#enter("idle")
    this.#write({ problem: "" })
    this.#draw()
  }

  /** A second tap does nothing until the first is done. */
  #buy = async (event) => {
    event.preventDefault()
    const variant = this.#variant
    if (this.#phase === "adding" || !variant?.available) return

    this.#enter("adding")
    this.#write({ problem: "", news: "" })
    try {
      const problem = await addToCart({ id: variant.id, quantity: this.#quantity })
      this.#write({ problem, news: field(this, "news").dataset.words })
      this.#celebrate()
    } catch (error) {
      this.#enter("idle")
      this.#write({ problem: this.#wordsOf(error) })
    }
  }

  #celebrate() {
    this.#enter("added")
    this.#reveal({ cart: true })
    this.#calm = setTimeout(() => this.#enter("idle"), ADDED_MS)

    // On a full screen it would open behind the chat.
    if (!this.#host.hasAttribute("data-flux-chat-full-screen")) openCart().catch(() => {})
  }

  #enter(phase) {
    clearTimeout(this.#calm)
    this.#phase = phase
    this.#drawButton()
  }

  #wordsOf(error) {
    if (!(error instanceof CartRefused)) return this.dataset.problem
    return error.message || field(this, "gone").textContent
  }

  #write(fields) {
    for (const [name, words] of Object.entries(fields)) field(this, name).textContent = words
  }

  #reveal(fields) {
    for (const [name, isShown] of Object.entries(fields)) field(this, name).hidden = !isShown
  }

  get #variant() {
    return findVariant(this.#product, this.#chosen)
  }

  /** How many there are is the store's to say. */
  get #quantity() {
    const input = field(this, "quantity")
    input.value = Math.min(MOST, Math.max(1, Math.round(input.value) || 1))
    return input.value
  }
}

class ChatCardsElement extends HTMLElement {
  #listening
  #left = 0

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController())
    const scroller = this.#scroller
    scroller.addEventListener("scroll", this.#remember, { signal, passive: true })
    scroller.addEventListener("keydown", this.#stepByKey, { signal })
    this.addEventListener("click", this.#stepByButton, { signal })

    const root = this.closest('[data-part="scroller"]')
    const nearing = new IntersectionObserver(this.#refreshNear, { root, rootMargin: NEAR })
    for (const card of this.querySelectorAll("flux-chat-card")) nearing.observe(card)
    const resizing = new ResizeObserver(this.#offerSteps)
    resizing.observe(scroller)
    signal.addEventListener("abort", () => {
      nearing.disconnect()
      resizing.disconnect()
    })

    // It may have moved from the growing reply to its message.
    scroller.scrollLeft = this.#left
  }

  disconnectedCallback() {
    this.#listening.abort()
  }

  show(items, kit) {
    const places = items.map((item) => {
      const place = copyShape(kit.shapes, "card")
      place.firstElementChild.show(item, kit)
      return place
    })
    this.classList.toggle("chat-cards--one", places.length === 1)
    find(this, "cards-list").replaceChildren(...places)
  }

  #refreshNear = (entries, nearing) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue

      nearing.unobserve(target)
      target.refresh()
    }
  }

  #remember = () => {
    this.#left = this.#scroller.scrollLeft
    this.#offerSteps()
  }

  #offerSteps = () => {
    const { scrollLeft, scrollWidth, clientWidth } = this.#scroller
    // Below zero where the page runs from right to left.
    const before = Math.abs(scrollLeft)
    const left = { "-1": before, 1: scrollWidth - clientWidth - before }

    for (const button of this.querySelectorAll("[data-step]")) {
      const isHidden = left[button.dataset.step] < 2
      if (isHidden && button.matches(":focus")) this.#scroller.focus({ preventScroll: true })
      button.hidden = isHidden
    }
  }

  /** Inside a card, keys belong to its controls. */
  #stepByKey = (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (!step || event.target !== this.#scroller) return

    event.preventDefault()
    this.#scroller.scrollBy({ left: step * Math.abs(this.#length) })
  }

  #stepByButton = ({ target }) => {
    const step = target.closest("[data-step]")?.dataset.step
    if (step) this.#scroller.scrollBy({ left: step * this.#length })
  }

  /** From one card to the next: below zero where the page runs from right to left. */
  get #length() {
    const [first, second] = find(this, "cards-list").children
    return second ? second.offsetLeft - first.offsetLeft : 0
  }

  get #scroller() {
    return find(this, "cards-scroller")
  }
}

define("flux-chat-card", ChatCardElement)
define("flux-chat-cards", ChatCardsElement)
