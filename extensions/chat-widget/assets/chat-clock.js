// Turns a time of the contract into words, as the storefront's language writes it.

/** The page's language as `Intl` takes it, which throws at `zh_CN` and at nothing at all; then the browser's own. */
export function localeOf(host) {
  try {
    return Intl.getCanonicalLocales(host.getAttribute("locale").replaceAll("_", "-"))[0]
  } catch {
    return undefined
  }
}

/** The time alone for today's messages, the day as well for others. */
export function clockFor(locale) {
  const today = new Date().toDateString()
  const time = formatFor(locale, { timeStyle: "short" })
  const day = formatFor(locale, { dateStyle: "medium", timeStyle: "short" })

  return (at) => {
    const date = new Date(at)
    return (date.toDateString() === today ? time : day).format(date)
  }
}

/** The day and the time of all, for what is read long afterwards. */
export function calendarFor(locale) {
  const day = formatFor(locale, { dateStyle: "long", timeStyle: "short" })
  return (at) => day.format(new Date(at))
}

// A name that the browser does not know must not cost the shopper the chat.
function formatFor(locale, options) {
  try {
    return new Intl.DateTimeFormat(locale, options)
  } catch {
    return new Intl.DateTimeFormat(undefined, options)
  }
}
