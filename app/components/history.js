// The browser's history holds pages. What a page writes to its own address while it is drawn, or after a choice, is that page as
// it is now, not another one: "back" would lead to the same page again, once for each time that something was written.
(() => {
  const push = history.pushState.bind(history);
  // Between the click that leads to another page and that page's address, what is written already belongs to the other page.
  let leaving = false;
  history.pushState = (state, title, to) => {
    if (new URL(to ?? "", location.href).pathname !== location.pathname) {
      leaving = false;
      push(state, title, to);
    } else if (!leaving) {
      history.replaceState(state, title, to);
    }
  };
  const stay = () => {
    leaving = false;
  };
  for (const act of ["popstate", "pointerdown", "keydown"]) addEventListener(act, stay, true);
  addEventListener(
    "click",
    (event) => {
      const link = event.target.closest?.("[data-testid=stSidebarNavLink]");
      leaving = Boolean(link) && new URL(link.href).pathname !== location.pathname;
    },
    true,
  );
})();
