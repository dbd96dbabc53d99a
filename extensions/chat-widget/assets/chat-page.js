// What goes out with a message: the words themselves, and what the browser tells of the page around the chat.

const MOST_URL = 2_000
const MOST_TITLE = 1_000
// White space, controls and whatever else shows nothing; the rest are blank signs that Unicode counts as letters or signs.
const UNSEEN =
  /^[\p{White_Space}\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\ufffc\ufffd\u{1d159}\u{13441}\u{13442}\u{16fe4}]*$/u

/** Whether there is nothing in it that anybody could see. */
export function isBlank(text) {
  return UNSEEN.test(text)
}

/** A theme may have put anything anywhere, and none of it may cost the shopper the message. */
export function describePage(host) {
  const { origin, pathname } = location
  const productId = (isOfProduct(host) && host.getAttribute("product-id")) || undefined
  const page = { url: cut(origin + pathname, MOST_URL), title: cut(document.title, MOST_TITLE), productId }
  return { page, locale: host.getAttribute("locale") || undefined }
}

/** A theme that changes pages by script may keep this element beyond the product's page. */
function isOfProduct(host) {
  const { origin, pathname } = location
  try {
    return new URL(host.getAttribute("product-path") ?? pathname, origin).pathname === pathname
  } catch {
    return false
  }
}

/** Not within a character, and without the halves of any. An element named `title` stands for the document's own. */
function cut(text, most) {
  return typeof text === "string" ? text.slice(0, most).replace(/\p{Cs}/gu, "") : undefined
}
