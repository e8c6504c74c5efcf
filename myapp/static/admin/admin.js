// What Flask-Admin's own templates do by inline handlers, which the pages' Content-Security-Policy forbids.
"use strict";

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-action]");
  if (button) window.modelActions.execute(button.dataset.action);
});

// An anchor without an address is no button to the keyboard.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("a.filter")) event.target.click();
});

// x-editable runs every attribute that looks like JSON as a program (`new Function`), a post's title among them. The
// pages' policy forbids that; only lists of choices are meant to be read, and JSON.parse reads them.
if (window.jQuery?.fn.editableutils) {
  window.jQuery.fn.editableutils.tryParseJson = (text) => {
    if (typeof text !== "string" || !text.startsWith("[{")) return text;
    try {
      const choices = JSON.parse(text);
      return choices.every((choice) => "value" in choice && "text" in choice) ? choices : text;
    } catch {
      return text;
    }
  };
  // A popover beside a cell does not fit on a phone.
  if (window.matchMedia("(max-width: 575.98px)").matches) window.jQuery.fn.editable.defaults.mode = "inline";
}
