/** Draw the page in a theme; the server writes the same into each page, so that none flashes. */

/** @param {string} theme dark, light or system */
export function applyTheme(theme) {
  document.documentElement.dataset.theme = theme;
  const meta = document.querySelector("meta[name=color-scheme]");
  meta?.setAttribute("content", theme === "system" ? "light dark" : theme);
}
