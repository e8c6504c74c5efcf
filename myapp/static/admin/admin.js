// What Flask-Admin's own templates do by inline handlers, which the pages' Content-Security-Policy forbids.
"use strict";

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-action]");
  if (button) window.modelActions.execute(button.dataset.action);
});

// An anchor without an address is no button to the keyboard.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("a.filter")) event.target.click();
});
