// Tables, which become lists where there is no room.

define(
  "s-table",
  class extends PolarisElement {
    static properties = {
      ...strings("variant"),
      loading: Boolean,
      paginate: Boolean,
      hasNextPage: Boolean,
      hasPreviousPage: Boolean,
    }

    draw() {
      const page = (name, label, sign) => {
        const button = h("button", { type: "button", class: name, "aria-label": label }, sign)
        button.addEventListener("click", () => this.dispatchEvent(new Event(`${name}page`)))
        return button
      }
      const pages = h("div", { class: "pages" })
      pages.append(page("previous", "Previous page", "‹"), page("next", "Next page", "›"))
      const frame = h("div", { class: "frame" }, h("div", { class: "table", role: "table" }, slot()))
      return [slot("filters"), frame, pages]
    }

    show() {
      this.find(".pages").hidden = !this.paginate
      this.find(".previous").disabled = !this.hasPreviousPage
      this.find(".next").disabled = !this.hasNextPage
      put(this.find(".table"), "aria-busy", this.loading && "true")
    }
  },
)

for (const [tag, role] of [
  ["s-table-header-row", "row"],
  ["s-table-header", "columnheader"],
  ["s-table-body", "rowgroup"],
  ["s-table-cell", "cell"],
]) {
  define(
    tag,
    class extends PolarisElement {
      static properties = strings("listSlot format")

      show() {
        this.takeRole(role)
      }
    },
  )
}

define(
  "s-table-row",
  class extends PolarisElement {
    static properties = strings("clickDelegate")

    constructor() {
      super()
      this.addEventListener("click", (event) => this.#delegate(event))
    }

    show() {
      this.takeRole("row")
    }

    #delegate(event) {
      const delegate = this.own("clickdelegate") && document.getElementById(this.own("clickdelegate"))
      if (delegate && !event.composedPath().includes(delegate)) delegate.shadowRoot?.querySelector(".act")?.click()
    }
  },
)
