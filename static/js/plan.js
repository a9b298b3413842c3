// What the pages of plans add to htmx: refusals are shown as the pages they are, focus is kept, news is said.

const doing = new WeakMap();

// A double click asks once.
document.addEventListener("htmx:beforeRequest", (event) => {
  const element = event.detail.elt;
  if (doing.has(element)) event.preventDefault();
  else doing.set(element, true);
});
document.addEventListener("htmx:afterRequest", (event) => doing.delete(event.detail.elt));

// The server refused (someone was faster, the session ended): let the browser show the page that says why.
document.addEventListener("htmx:responseError", (event) => {
  const element = event.detail.elt;
  if (element.form) element.form.requestSubmit(element);
  else window.location.reload();
});

document.addEventListener("htmx:sendError", () => {
  const place = document.getElementById("news");
  if (place) place.textContent = place.dataset.offline;
});

// The swapped element was the focus: go on from what took its place.
document.addEventListener("htmx:afterSettle", (event) => {
  if (document.activeElement === document.body && event.detail.target?.id) {
    const next = document.getElementById(event.detail.target.id);
    (next?.querySelector("button, a") ?? next)?.focus({ preventScroll: true });
  }
});

// A panel that was fetched for a step closes again with the same click.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-panel]");
  if (!opener || event.defaultPrevented) return;
  const panel = document.getElementById(opener.dataset.panel);
  if (panel?.childElementCount) {
    event.preventDefault();
    event.stopImmediatePropagation();
    panel.replaceChildren();
    opener.setAttribute("aria-expanded", "false");
  } else {
    opener.setAttribute("aria-expanded", "true");
  }
}, true);

// A gate shows the arguments that its check takes. Without this script all of them are shown.
const showArguments = () => {
  for (const check of document.querySelectorAll("[data-takes]")) {
    const takes = JSON.parse(check.dataset.takes);
    const all = new Set(Object.values(takes).flat());
    for (const name of all) {
      for (const place of check.form.querySelectorAll(`.of-${name}`)) place.hidden = !takes[check.value]?.includes(name);
    }
  }
};
showArguments();
document.addEventListener("change", (event) => event.target.closest("[data-takes]") && showArguments());
document.addEventListener("htmx:afterSettle", showArguments);

// News goes away by itself, after there was time to read it.
let leaving;
document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.detail.target?.id !== "news") return;
  clearTimeout(leaving);
  if (event.detail.target.querySelector("a, button")) return; // a way on stays until it was taken
  leaving = setTimeout(() => event.detail.target.replaceChildren(), 7000);
});

// The second click of a double click would undo what the first one did.
document.addEventListener("click", (event) => {
  if (event.detail > 1 && event.target.closest(".step-do")) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, true);

// A timeline wider than the screen begins where today is.
const line = document.querySelector(".timeline-box");
const today = line?.querySelector(".tl-today");
if (today && line.scrollWidth > line.clientWidth) {
  const middle = today.getBoundingClientRect().left - line.getBoundingClientRect().left;
  line.scrollLeft = middle - line.clientWidth / 2;
}
