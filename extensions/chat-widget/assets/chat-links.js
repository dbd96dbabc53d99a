// Which addresses a reply may link to: pages of this shop, over http or https. All others stay text.

export class OwnLinks {
  #here
  #hosts

  /** `hosts` are the shop's own besides the one that the page is on. */
  constructor(here, hosts) {
    this.#here = new URL(here)
    this.#hosts = new Set([this.#here.host, ...hosts])
  }

  /** The whole address, or null when it must not become a link. */
  resolve(href) {
    const url = parse(href, this.#here)
    if (!url || !this.#hosts.has(url.host)) return null

    const isPlain = ["https:", this.#here.protocol].includes(url.protocol) && !url.username && !url.password
    return isPlain && url.protocol.startsWith("http") ? url.href : null
  }

  /** What to show of an address that is no link: all of it when it leads into the web, else nothing. */
  describe(href) {
    const url = parse(href, this.#here)
    return url?.protocol.startsWith("http") ? url.href : ""
  }
}

function parse(href, here) {
  try {
    return new URL(href, here)
  } catch {
    return null
  }
}
