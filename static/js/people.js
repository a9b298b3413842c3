// Copying a link, and ticking a whole column. Both work by hand too.

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    return; // Not allowed here: the text is selected, ready to be copied with the keyboard.
  }
  button.textContent = button.dataset.copied;
});

document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-check-all]");
  if (!all) return;
  for (const box of all.closest("table").querySelectorAll("tbody input[type=checkbox]")) box.checked = all.checked;
});

// An address that somebody types means that the person is to be invited.
document.addEventListener("input", (event) => {
  if (event.target.type !== "email") return;
  const box = event.target.closest("tr")?.querySelector("input[type=checkbox]");
  if (box && event.target.value) box.checked = true;
});
