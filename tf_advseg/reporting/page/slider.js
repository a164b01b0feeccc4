"use strict";
for (const pane of document.querySelectorAll("[data-slider]")) {
  const range = pane.querySelector("input[type=range]");
  const show = () => pane.style.setProperty("--cut", range.value + "%");
  range.addEventListener("input", show);
  show(); // Browsers keep the value over a reload.
}
