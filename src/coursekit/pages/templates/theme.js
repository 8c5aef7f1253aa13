// Light or dark as the system has it, until the reader chooses; the choice is remembered where the browser lets us.
(function () {
  "use strict";
  const root = document.documentElement;
  root.dataset.scripts = "on";
  const key = "coursekit/theme";
  const attempt = (f) => { try { return f(); } catch { return null; } };
  const remembered = attempt(() => localStorage.getItem(key));
  if (remembered === "light" || remembered === "dark") root.dataset.theme = remembered;

  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector(".page-theme");
    const label = () => { button.textContent = isDark() ? "Light page" : "Dark page"; };
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      attempt(() => localStorage.setItem(key, root.dataset.theme));
      label();
    });
    system.addEventListener("change", label);
    label();
    button.hidden = false;

    const contents = document.querySelector(".page-contents details");
    const wide = matchMedia("(min-width: 75em)");
    const unfold = () => { if (contents) contents.open = wide.matches; };
    wide.addEventListener("change", unfold);
    unfold();
  });
})();
