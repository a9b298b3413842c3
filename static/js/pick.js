// Fields with many possible values. Without this file they are plain selects and plain text fields.

// <select data-search>: type to find. TomSelect comes along with the form that needs it.
function searchable(root) {
  if (!window.TomSelect) return;
  for (const select of root.querySelectorAll("select[data-search]:not(.tomselected)")) {
    const picker = new window.TomSelect(select, {
      maxOptions: 300,
      allowEmptyOption: true,
      hideSelected: false,
      selectOnTab: true,
      closeAfterSelect: true,
      refreshThrottle: 0, // what is typed and what is offered are never apart: a list in memory needs no pause
      controlInput: "<input type='text' autocomplete='off'>",
      placeholder: " ", // the style asks by it whether anything is typed
      hidePlaceholder: false,
      render: {
        no_results: (data, escape) => `<div class="no-results">${escape(select.dataset.search)}</div>`,
      },
    });
    select.setAttribute("aria-hidden", "true"); // what is typed in speaks for it
    // The words of the field belong to what is typed in, and the error to what is read out.
    picker.control_input.setAttribute("aria-describedby", select.getAttribute("aria-describedby") ?? "");
    picker.on("focus", () => picker.control_input.select());
    // Its own focuses a moment later: in haste that would open the list again after the choice was made.
    picker.focus = () => {
      if (picker.isDisabled || picker.isReadOnly) return;
      if (document.activeElement === picker.control_input) picker.onFocus();
      else picker.control_input.focus();
    };
    picker.on("blur", () => picker.setTextboxValue("")); // what found nobody would hide who is chosen
  }
}

// <input data-options="/address/" list="...">: suggestions come from the server while one types.
const waiting = new WeakMap();

async function suggest(input) {
  const address = new URL(input.dataset.options, window.location.href);
  address.searchParams.set("q", input.value);
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const { options } = await answer.json();
  const list = document.getElementById(input.getAttribute("list"));
  list.replaceChildren(
    ...options.map(({ value, label }) => {
      const option = document.createElement("option");
      option.value = value;
      if (label) option.label = label;
      return option;
    }),
  );
}

function soon(event) {
  const input = event.target;
  if (!input.matches?.("input[data-options]")) return;
  clearTimeout(waiting.get(input));
  waiting.set(input, setTimeout(() => suggest(input), event.type === "input" ? 200 : 0));
}

document.addEventListener("input", soon);
document.addEventListener("focusin", soon);
searchable(document);
document.addEventListener("htmx:load", (event) => searchable(event.detail.elt));
