// Unguessable ids, also on pages without a secure context, where `randomUUID` does not exist.

export function randomHex(bytes) {
  const drawn = crypto.getRandomValues(new Uint8Array(bytes))
  return Array.from(drawn, (byte) => byte.toString(16).padStart(2, "0")).join("")
}

export function randomUuid() {
  return crypto.randomUUID?.() ?? uuidFrom(randomHex(16))
}

/** Version 4: all random but the version and the variant. */
function uuidFrom(hex) {
  const variant = ((parseInt(hex[16], 16) & 0x3) | 0x8).toString(16)
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, variant + hex.slice(17, 20), hex.slice(20)].join("-")
}
