// A theme that changes pages by script, and begins anew after every change of the cart.

;(() => {
  const show = async (address) => {
    const page = await loadPage(address)
    const swap = () => {
      document.title = page.title
      document.body.replaceWith(document.adoptNode(page.body))
      scrollTo(0, 0)
      document.dispatchEvent(new Event("ebb:shown"))
    }
    if (!document.startViewTransition) return swap()

    const transition = document.startViewTransition(swap)
    // Whoever goes on to the next page at once does not get to see how this one comes.
    transition.ready.catch(() => {})
    await transition.updateCallbackDone
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]")
    if (!link || event.defaultPrevented || link.origin !== location.origin || link.hash) return

    event.preventDefault()
    history.pushState(null, "", link.href)
    show(link.href)
  })

  addEventListener("popstate", () => show(location.href))
  document.addEventListener("shopify:cart:lines-update", ({ promise }) => promise.then(() => location.reload(), () => {}))
})()
