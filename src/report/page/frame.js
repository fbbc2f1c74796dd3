// SPDX-License-Identifier: Apache-2.0
// What every page has about its sections: colour scheme, place in the contents. Returns a function
// that takes what is to be called where the colours change.

const PageFrame = (() => {
  let redraw;

  // Auto follows the system; the choice is kept where the browser lets a page keep something.
  const themes = ["auto", "light", "dark"];
  const button = document.getElementById("theme");
  let theme = "auto";
  try {
    theme = localStorage.getItem("drp-theme") || "auto";
  } catch (error) {
    // A file opened from disk may have no storage.
  }
  function setTheme(name) {
    theme = themes.includes(name) ? name : "auto";
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    button.textContent = theme[0].toUpperCase() + theme.slice(1);
    button.setAttribute("aria-label", "Colour scheme: " + theme);
    if (redraw) redraw();
  }
  button.addEventListener("click", () => {
    setTheme(themes[(themes.indexOf(theme) + 1) % themes.length]);
    try {
      localStorage.setItem("drp-theme", theme);
    } catch (error) {
      // As above.
    }
  });
  setTheme(theme);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => redraw && redraw());

  const links = new Map([...document.querySelectorAll(".topbar nav a")].map((link) => [link.hash.slice(1), link]));
  const sections = [...document.querySelectorAll("main > section")];
  function markPlace() {
    const here = sections.filter((section) => section.getBoundingClientRect().top < innerHeight / 3).pop();
    for (const [id, link] of links) link.classList.toggle("here", Boolean(here) && here.id === id);
  }
  addEventListener("scroll", markPlace, { passive: true });
  markPlace();

  return { onColours: (call) => { redraw = call; } };
})();
