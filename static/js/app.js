// Small behaviours that any page may use, wired by data attributes. Pages work without them.

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-theme-toggle]")) {
    const dark = document.documentElement.dataset.bsTheme === "dark";
    window.chooseTheme(dark ? "light" : "dark");
  }
});

// A submitted form says that it is working, and cannot be sent twice by an impatient click.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "get" || form.hasAttribute("hx-post")) return;
  const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    return;
  }
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
  const button = event.submitter;
  if (button?.dataset.busy) {
    button.dataset.label = button.textContent;
    button.textContent = button.dataset.busy;
  }
});

// Coming back with the browser's button: the form may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});

// A refused form: what is wrong is read first, and each line of it leads to its field.
const refusals = [
  "#form-errors",
  ".note-bad[role=alert]",
  "form[method=post] .alert-danger",
  "form[method=post] [aria-invalid=true]",
];
const refusal = document.querySelector(refusals.join());
if (refusal && !refusal.matches("[aria-invalid]")) refusal.tabIndex = -1;
refusal?.focus();

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-field]");
  const field = link && document.querySelector(`form[method=post] [name="${CSS.escape(link.dataset.field)}"]`);
  if (!field) return;
  event.preventDefault();
  field.closest("details")?.setAttribute("open", "");
  (field.tomselect ?? field).focus();
});

// Filters apply themselves when a choice changes.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosubmit]");
  if (form && event.target.matches("select, input[type=checkbox], input[type=date]")) form.requestSubmit();
});

// "/" jumps to the search field of the page.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input, textarea, select, [contenteditable]")) return;
  const search = document.querySelector("input[type=search]");
  if (search) {
    event.preventDefault();
    search.focus();
  }
});

// On a phone the tabs scroll sideways: show the one that is open.
document.querySelector(".nav-tabs .active")?.scrollIntoView({ block: "nearest", inline: "center" });

// One box checks all boxes of a name.
document.addEventListener("change", (event) => {
  const name = event.target.dataset?.checkAll;
  if (!name) return;
  for (const box of document.querySelectorAll(`input[type=checkbox][name="${CSS.escape(name)}"]`)) {
    box.checked = event.target.checked;
  }
});
