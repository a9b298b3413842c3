// Runs before the first paint: the chosen theme, else the system's.
(() => {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null;
    }
  };
  const apply = () => {
    document.documentElement.dataset.bsTheme = chosen() || (system.matches ? "dark" : "light");
  };
  apply();
  system.addEventListener("change", apply);
  window.chooseTheme = (theme) => {
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // Private mode: the choice lasts for this page.
    }
    document.documentElement.dataset.bsTheme = theme;
  };
})();
