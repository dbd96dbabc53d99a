// Tables, which become lists where there is no room.

define(
  "s-table",
  class extends PolarisElement {
    static properties = { variant: String, loading: Boolean, paginate: Boolean, hasNextPage: Boolean, hasPreviousPage: Boolean }
    static css = `
      :host { display: block }
      .frame { container: polaris-table / inline-size }
      .table { display: table; inline-size: 100%; border-collapse: collapse }
      .pages { display: flex; gap: 8px; justify-content: center; padding: 8px }
      .pages[hidden] { display: none }
      button { inline-size: 32px; block-size: 32px; border: 1px solid #8a8a8a; border-radius: 8px; background: #fff; cursor: pointer }
      button:disabled { color: #8a8a8a; border-color: #e3e3e3; cursor: default }
      @container polaris-table (inline-size < 490px) { .table { display: block } }
    `

    draw() {
      const page = (name, label, sign) => {
        const button = h("button", { type: "button", class: name, "aria-label": label }, sign)
        button.addEventListener("click", () => this.dispatchEvent(new Event(`${name}page`)))
        return button
      }
      const pages = h("div", { class: "pages" }, page("previous", "Previous page", "‹"), page("next", "Next page", "›"))
      return [slot("filters"), h("div", { class: "frame" }, h("div", { class: "table", role: "table" }, slot())), pages]
    }

    show() {
      this.find(".pages").hidden = !this.paginate
      this.find(".previous").disabled = !this.hasPreviousPage
      this.find(".next").disabled = !this.hasNextPage
      put(this.find(".table"), "aria-busy", this.loading && "true")
    }
  },
)

const tablePart = (tag, role, css, properties = {}) =>
  define(
    tag,
    class extends PolarisElement {
      static properties = properties
      static css = css

      show() {
        this.role(role)
      }
    },
  )

const HIDDEN_HEADER = "@container polaris-table (inline-size < 490px) { :host { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) } }"

tablePart("s-table-header-row", "row", `:host { display: table-row; background: #f7f7f7 } ${HIDDEN_HEADER}`)
tablePart("s-table-header", "columnheader", ":host { display: table-cell; padding: 8px 12px; font-size: 12px; font-weight: 550; text-align: start; color: #4a4a4a } :host([format=numeric]), :host([format=currency]) { text-align: end }", { listSlot: String, format: String })
tablePart("s-table-body", "rowgroup", ":host { display: table-row-group } @container polaris-table (inline-size < 490px) { :host { display: block } }")
tablePart("s-table-cell", "cell", ":host { display: table-cell; padding: 8px 12px; vertical-align: top; overflow-wrap: anywhere } @container polaris-table (inline-size < 490px) { :host { display: block; padding: 2px 12px } }")

define(
  "s-table-row",
  class extends PolarisElement {
    static properties = { clickDelegate: String }
    static css = ":host { display: table-row; border-block-start: 1px solid #e3e3e3 } :host([clickdelegate]) { cursor: pointer } :host([clickdelegate]:hover) { background: #f7f7f7 } @container polaris-table (inline-size < 490px) { :host { display: block; padding: 8px 0 } }"

    constructor() {
      super()
      this.addEventListener("click", (event) => this.#delegate(event))
    }

    show() {
      this.role("row")
    }

    #delegate(event) {
      const delegate = this.own("clickdelegate") && document.getElementById(this.own("clickdelegate"))
      if (delegate && !event.composedPath().includes(delegate)) delegate.shadowRoot?.querySelector(".act")?.click()
    }
  },
)
