// In the head of the page, before there is a form: a click can't be quicker than the question that it needs.
"use strict";

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});
