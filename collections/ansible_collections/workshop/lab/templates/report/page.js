(function () {
  "use strict";
  // The page is whole without this: it only hides what a filter leaves out. The address keeps the filter (#state=...&check=...).
  var root = document.documentElement;
  var buttons = Array.from(document.querySelectorAll("button[data-state]"));
  var select = document.getElementById("check");
  var tiles = Array.from(document.querySelectorAll(".grid li[data-seat]"));
  var seats = Array.from(document.querySelectorAll("details.seat"));
  var shown = document.getElementById("shown");
  var state = "";
  var check = "";
  root.classList.remove("no-js");

  function option() {
    return select ? Array.from(select.options).find(function (one) { return one.value === check; }) : null;
  }

  function show() {
    var chosen = option();
    var number = chosen && chosen.value ? chosen.dataset.number : null;
    var count = 0;
    tiles.forEach(function (tile, index) {
      var fits = (!state || tile.dataset.state === state) && (number === null || tile.dataset.bad.split(" ").indexOf(number) >= 0);
      tile.hidden = !fits;
      seats[index].hidden = !fits;
      count += fits ? 1 : 0;
    });
    buttons.forEach(function (button) { button.setAttribute("aria-pressed", String(button.dataset.state === state)); });
    if (select) { select.value = chosen ? check : ""; }
    shown.textContent = state || number !== null ? count + " of " + tiles.length + " seats shown" : "";
  }

  function keep() {
    var parts = new URLSearchParams();
    if (state) { parts.set("state", state); }
    if (check) { parts.set("check", check); }
    history.replaceState(null, "", "#" + parts.toString());
    show();
  }

  function read() {
    var text = location.hash.slice(1);
    if (/^seat-\d+$/.test(text)) { return open(document.getElementById(text)); }
    var parts = new URLSearchParams(text);
    state = buttons.some(function (button) { return button.dataset.state === parts.get("state"); }) ? parts.get("state") : "";
    check = parts.get("check") || "";
    if (!option()) { check = ""; }
    show();
  }

  function open(seat) {
    if (!seat) { return; }
    seat.open = true;
    seat.scrollIntoView();
    seat.querySelector("summary").focus({preventScroll: true});
  }

  buttons.forEach(function (button) {
    button.addEventListener("click", function () {
      state = button.dataset.state === state ? "" : button.dataset.state;
      keep();
    });
  });
  if (select) { select.addEventListener("change", function () { check = select.value; keep(); }); }
  tiles.forEach(function (tile, index) {
    tile.querySelector("a").addEventListener("click", function (event) {
      event.preventDefault();
      open(seats[index]);
    });
  });

  // On paper every seat with a problem is open, whatever was closed on the screen.
  var closed = null;
  function print(on) {
    if (on && closed === null) {
      closed = seats.filter(function (seat) { return !seat.open && !seat.matches(".ready, .not_checked"); });
      closed.forEach(function (seat) { seat.open = true; });
    } else if (!on && closed !== null) {
      closed.forEach(function (seat) { seat.open = false; });
      closed = null;
    }
  }
  window.matchMedia("print").addEventListener("change", function (event) { print(event.matches); });
  window.addEventListener("beforeprint", function () { print(true); });
  window.addEventListener("hashchange", read);
  read();
}());
