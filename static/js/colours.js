// The preview beside the colour field: the server says what would be readable, this file shows it.

const box = document.querySelector("[data-colours]");

function show(swatch, palette) {
  for (const [name, value] of Object.entries(palette)) swatch.style.setProperty(`--swatch-${name}`, value);
}

for (const swatch of document.querySelectorAll("[data-swatch]")) {
  const { ground, ink, text, wash } = swatch.dataset;
  show(swatch, { ground, ink, text, wash });
}

let waiting;
document.querySelector("[data-colour]")?.addEventListener("input", (event) => {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const answer = await fetch(`${box.dataset.colours}?colour=${encodeURIComponent(event.target.value)}`);
    if (!answer.ok) return;
    for (const [theme, palette] of Object.entries(await answer.json())) {
      show(box.querySelector(`[data-swatch="${theme}"]`), palette);
    }
  }, 120);
});
