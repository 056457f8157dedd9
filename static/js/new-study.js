/** On the page of a new study: show the fields of the sample's source alone. */

const radios = [...document.querySelectorAll("input[name=source]")].filter((one) => one instanceof HTMLInputElement);

/** Without scripts all fields stand there, and the server takes those of the source. */
function show() {
  const source = radios.find((radio) => radio.checked)?.value;
  for (const part of document.querySelectorAll("[data-source]")) {
    if (part instanceof HTMLElement) {
      part.hidden = part.dataset.source !== source;
    }
  }
}

for (const radio of radios) {
  radio.addEventListener("change", show);
}
show();
