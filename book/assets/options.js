/* The value-weights scorecard: the sums of acrosstheline/options.py, done on the page. */
(function () {
  "use strict";
  var NO_WEIGHTS = "No weight is set yet, so nothing is compared. Move a slider.";
  var EMPTY = "empty: give it scores below", OWN = "your_own", NOT_SCORED = [0, 5, 10];
  var list = function (root, selector) { return Array.prototype.slice.call(root.querySelectorAll(selector)); };

  function tenth(sum, whole) { return Math.floor((20 * sum + whole) / (2 * whole)) / 10; }

  function totals(scores, weights, options) { /* options.totals: weighted averages, rounded to a tenth, a half goes up */
    var names = Object.keys(weights), whole = names.reduce(function (sum, name) { return sum + weights[name]; }, 0), ranges = {};
    options.forEach(function (option) {
      var ends = [0, 2].map(function (end) {
        return tenth(names.reduce(function (sum, name) { return sum + weights[name] * scores[option][name][end]; }, 0), whole);
      });
      ranges[option] = { low: ends[0], high: ends[1] };
    });
    return ranges;
  }

  function front(ranges, options) {
    return options.filter(function (option) {
      return !options.some(function (other) { return ranges[other].low > ranges[option].high; });
    });
  }

  function verdict(ranges, compared, aside, label) { /* options.verdict, word for word */
    var first = front(ranges, compared), text;
    var rest = compared.filter(function (option) { return first.indexOf(option) < 0; });
    var said = function (options) { return options.map(label).join("; "); };
    if (!rest.length) text = "These weights cannot separate any of the " + first.length + " options compared.";
    else if (first.length === 1) text = "With these weights one option lies wholly above every other: " + said(first) + ".";
    else text = "These weights cannot separate: " + said(first) + ". Each of the following lies wholly below at least one of those: " + said(rest) + ".";
    return aside.length ? text + " Set aside by the floor: " + said(aside) + "." : text;
  }

  function scorecard(box) {
    var sliders = list(box, "input[type=range]"), floor = box.querySelector(".atl-option-floor"), items = list(box, ".atl-option-ranges > li");
    var said = box.querySelector(".atl-option-verdict"), brief = box.querySelector(".atl-option-short"), doubt = box.querySelector(".atl-option-doubt"), told = doubt.querySelector(".atl-option-said");
    var menus = { option: doubt.querySelector("[data-pick=option]"), criterion: doubt.querySelector("[data-pick=criterion]") };
    var ends = list(doubt, "[data-end]"), ownName = doubt.querySelector("[data-own-name]"), ownLabel = ownName.value;
    var rows = {}, scores, changed;

    list(box, "tr[data-score]").forEach(function (row) { rows[row.dataset.score] = row; });

    function restore() {
      scores = {}; changed = {};
      Object.keys(rows).forEach(function (key) {
        var parts = key.split(" ");
        (scores[parts[0]] = scores[parts[0]] || {})[parts[1]] = rows[key].dataset.ends.split(" ").map(Number);
      });
      scores[OWN] = {};
      sliders.forEach(function (slider) { scores[OWN][slider.dataset.criterion] = NOT_SCORED.slice(); });
    }

    function ownScored() { return Object.keys(changed).some(function (key) { return key.split(" ")[0] === OWN; }); }
    function item(option) { return items.filter(function (li) { return li.dataset.option === option; })[0]; }
    function label(option) { return item(option).querySelector("b").textContent; }

    function show() {
      var weights = {}, whole = 0;
      sliders.forEach(function (slider) {
        weights[slider.dataset.criterion] = +slider.value;
        whole += +slider.value;
        slider.parentNode.querySelector("output").textContent = slider.value;
      });
      var setsAside = floor.querySelector("input:checked").dataset.setsAside.split(" ");
      var aside = [], compared = [];
      items.forEach(function (li) {
        if (li.dataset.option === OWN && !ownScored()) return;
        (li.dataset.floor && setsAside.indexOf(li.dataset.floor) >= 0 ? aside : compared).push(li.dataset.option);
      });
      var ranges = whole ? totals(scores, weights, compared) : {};
      items.forEach(function (li) {
        var range = ranges[li.dataset.option], bar = li.querySelectorAll("rect")[1], words = "not compared yet";
        if (range) words = range.low.toFixed(1) + " to " + range.high.toFixed(1);
        else if (aside.indexOf(li.dataset.option) >= 0) words = "set aside by the floor";
        else if (li.dataset.option === OWN && !ownScored()) words = EMPTY;
        li.querySelector(".atl-option-numbers").textContent = words;
        bar.setAttribute("x", range ? range.low * 10 : 0);
        bar.setAttribute("width", range ? (range.high - range.low) * 10 : 0);
      });
      var text = whole ? verdict(ranges, compared, aside, label) : NO_WEIGHTS;
      if (said.textContent !== text) said.textContent = text;
      brief.hidden = !whole; /* what stays in sight while a reader on a phone moves the sliders */
      brief.textContent = whole ? "Not separated: " + front(ranges, compared).length + " of " + compared.length + " options" : "";
    }

    function pick() { /* show the score that the reader has chosen to doubt */
      var key = menus.option.value + " " + menus.criterion.value, row = rows[key];
      doubt.querySelector("[data-own]").hidden = menus.option.value !== OWN;
      doubt.querySelector("[data-reason]").textContent = row ? "Our reason: " + row.querySelector("[data-label=Reason]").textContent : "Your own option has no score here until you give it one: it could be anything from 0 to 10.";
      ends.forEach(function (input, i) { input.value = scores[menus.option.value][menus.criterion.value][i]; });
      told.textContent = "";
    }

    function edit() {
      var given = ends.map(function (input) { return input.value === "" ? NaN : +input.value; });
      var whole = given.every(function (n) { return n === Math.floor(n) && n >= 0 && n <= 10; });
      if (!whole || given[0] > given[1] || given[1] > given[2]) {
        told.textContent = "Not used yet: give three whole numbers from 0 to 10, the lowest first and the highest last.";
        return;
      }
      var before = said.textContent, key = menus.option.value + " " + menus.criterion.value;
      scores[menus.option.value][menus.criterion.value] = given;
      if (rows[key] && given.join(" ") === rows[key].dataset.ends) delete changed[key]; else changed[key] = true;
      show();
      told.textContent = said.textContent === before ? "Changed. What the weights can separate is the same as before." : "Changed. What the weights can separate is now different: " + said.textContent;
    }

    box.addEventListener("input", function (event) {
      if (event.target.type === "range" || event.target.type === "radio") show();
      else if (event.target.dataset.end) edit();
      else if (event.target === ownName) { item(OWN).querySelector("b").textContent = ownName.value || ownLabel; show(); }
      else if (event.target.dataset.pick) pick();
    });
    box.addEventListener("click", function (event) {
      var button = event.target.closest("button");
      if (!button) return;
      if (button.dataset.weights) {
        var set = {};
        button.dataset.weights.split(" ").forEach(function (pair) { set[pair.split(":")[0]] = pair.split(":")[1]; });
        sliders.forEach(function (slider) { slider.value = set[slider.dataset.criterion] || 0; });
      } else if (button.dataset["do"] === "restore") { restore(); pick(); told.textContent = "The course's scores are back."; }
      else if (button.dataset["do"] === "reset") {
        sliders.forEach(function (slider) { slider.value = 0; });
        floor.querySelector("input").checked = true;
      }
      show();
    });
    box.querySelector(".atl-option-live").hidden = false;
    box.querySelector(".atl-option-still").hidden = true;
    box.querySelector(".atl-option-scores").open = false;
    box.dataset.state = "live";
    restore();
    pick();
    show();
  }

  list(document, "[data-atl=scorecard]").forEach(scorecard);
})();
