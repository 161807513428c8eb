// Sets a place on the outline of a neighborhood by a click or a touch. The field beside it
// takes the same place in words, so nobody needs the map.

function start(frame) {
  const form = frame.closest("form");
  const drawing = frame.querySelector("svg");
  const circle = frame.querySelector("circle");
  const clear = frame.querySelector("[data-pin-clear]");
  const says = frame.querySelector("[role=status]");
  const size = drawing.viewBox.baseVal;
  const number = (name) => Number(frame.dataset[name]);

  function show(x, y, isSet) {
    circle.setAttribute("cx", x);
    circle.setAttribute("cy", y);
    clear.hidden = !isSet;
    says.textContent = isSet ? says.dataset.saysSet : says.dataset.saysOff;
  }

  frame.hidden = false;
  if (form.lat.value && form.lon.value) {
    const x = number("xOffset") + (Number(form.lon.value) - number("west")) * number("xScale");
    show(x, number("yOffset") + (number("north") - Number(form.lat.value)) * number("yScale"), true);
  }
  drawing.addEventListener("click", (event) => {
    const box = drawing.getBoundingClientRect();
    const scale = Math.min(box.width / size.width, box.height / size.height);
    const x = (event.clientX - box.left - (box.width - size.width * scale) / 2) / scale;
    const y = (event.clientY - box.top - (box.height - size.height * scale) / 2) / scale;
    form.lon.value = (number("west") + (x - number("xOffset")) / number("xScale")).toFixed(5);
    form.lat.value = (number("north") - (y - number("yOffset")) / number("yScale")).toFixed(5);
    show(x, y, true);
  });
  clear.addEventListener("click", () => {
    form.lat.value = form.lon.value = "";
    show(-99, -99, false);
  });
}

for (const frame of document.querySelectorAll("[data-pin]")) start(frame);
