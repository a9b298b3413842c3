// The interview keeps each answer as it is typed. Without this script every answer has its own button.

const typed = new WeakSet(); // forms that hold something not kept yet
const ours = (event) => event.target.closest?.("form[data-answer]");

document.addEventListener("input", (event) => ours(event) && typed.add(ours(event)));

// While somebody else's answer is shown beside one's own, nothing is kept by itself: a button decides.
const disputed = (form) => form.querySelector(".answer-theirs") !== null;
document.body.addEventListener("htmx:beforeRequest", (event) => {
  const form = ours(event);
  if (form && disputed(form) && event.detail.requestConfig.triggeringEvent?.type !== "submit") {
    event.preventDefault();
  }
});
window.addEventListener("beforeunload", (event) => {
  const forms = [...document.querySelectorAll("form[data-answer]")];
  if (forms.some((form) => typed.has(form) && disputed(form))) event.preventDefault();
});

// A conflict or a refusal is shown beside the answer; what was typed stays where it is.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (!ours(event)) return;
  if ([409, 422].includes(event.detail.xhr.status)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
document.body.addEventListener("htmx:afterRequest", (event) => {
  const form = ours(event);
  if (form && event.detail.xhr.status === 200) typed.delete(form);
});

// Taking the other's words means leaving one's own, so nobody is asked again.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-take]")) typed.delete(ours(event));
});

// Leaving the page in the middle of a sentence: the last words go along.
window.addEventListener("pagehide", () => {
  for (const form of document.querySelectorAll("form[data-answer]")) {
    if (!typed.has(form) || disputed(form)) continue;
    fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { "HX-Request": "true" },
      keepalive: true,
    });
  }
});
