/* Across the Line: brings the page's own markup to life. Without it, everything is shown. */
(function () {
  "use strict";
  var base = document.currentScript ? document.currentScript.src.replace(/[^/]*$/, "") : "_static/";
  var each = function (root, selector, action) { Array.prototype.forEach.call(root.querySelectorAll(selector), action); };

  var vega;
  function loadVega() {
    if (!vega) vega = new Promise(function (done, failed) {
      var script = document.createElement("script");
      script.src = base + "vega.js";
      script.onload = done;
      script.onerror = function () { failed(new Error("vega.js did not load")); };
      document.head.appendChild(script);
    });
    return vega;
  }

  function draw(box) {
    if (box.dataset.state) return;
    box.dataset.state = "loading";
    var spec = JSON.parse(box.querySelector("script").textContent);
    loadVega().then(function () {
      var host = document.createElement("div");
      host.className = "atl-live";
      box.appendChild(host);
      if (box.clientWidth < 420) spec.config.legend.columns = 1;
      else if (spec.usermeta && spec.usermeta.ratio) spec.height = Math.round(box.clientWidth * spec.usermeta.ratio);
      return window.vegaEmbed(host, spec, { renderer: "svg", actions: false, mode: "vega-lite", logLevel: 1 /* errors only */ });
    }).then(function (result) {
      box.dataset.state = "live";
      box.view = result.view;
      if (window.performance && performance.mark) performance.mark("chart-live");
    }).catch(function () {
      box.dataset.state = "static"; /* the picture stays */
      each(box, ".atl-live", function (host) { host.remove(); });
    });
  }

  function charts() {
    var boxes = document.querySelectorAll("[data-atl=chart]");
    if (!boxes.length || !("IntersectionObserver" in window)) return;
    var saver = navigator.connection && navigator.connection.saveData;
    if (saver) return Array.prototype.forEach.call(boxes, offer);
    var watch = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) { if (entry.isIntersecting) { watch.unobserve(entry.target); draw(entry.target); } });
    }, { rootMargin: "200px" });
    Array.prototype.forEach.call(boxes, function (box) { watch.observe(box); });
  }

  function offer(box) { /* data saver: the reader decides whether to load the live chart */
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = "Load the interactive chart";
    button.addEventListener("click", function () { button.remove(); draw(box); });
    box.appendChild(button);
  }

  function panels(box) {
    var fieldset = box.querySelector("fieldset");
    var bodies = box.querySelectorAll(":scope > .atl-panels > .atl-panel");
    fieldset.hidden = false;
    function show() {
      var chosen = fieldset.querySelector("input:checked");
      Array.prototype.forEach.call(bodies, function (body, i) { body.hidden = !chosen || i !== +chosen.value; });
    }
    fieldset.addEventListener("change", show);
    show();
  }

  function compare(box) {
    var shelf = box.querySelector(".atl-shelf");
    var bodies = shelf.querySelectorAll(":scope > .atl-panel");
    box.querySelector(".atl-two").hidden = false;
    shelf.hidden = true;
    each(box, ".atl-side", function (side) {
      var menu = side.querySelector("select"), slot = side.querySelector(".atl-slot");
      function show() { slot.textContent = ""; slot.appendChild(bodies[+menu.value].cloneNode(true)); }
      menu.addEventListener("change", show);
      show();
    });
  }

  function filter(box) {
    var tools = box.querySelector(".atl-filters"), rows = box.querySelectorAll("tbody > tr");
    var menus = tools.querySelectorAll("select"), search = tools.querySelector("[data-search]"), count = tools.querySelector("output");
    var groups = box.querySelectorAll(".atl-group"), narrowed = false;
    tools.hidden = false;
    function show() {
      var shown = 0, words = search ? search.value.toLowerCase().trim() : "";
      var narrow = !!words || Array.prototype.some.call(menus, function (menu) { return menu.value; });
      Array.prototype.forEach.call(rows, function (row) {
        var fits = !words || row.textContent.toLowerCase().indexOf(words) >= 0;
        Array.prototype.forEach.call(menus, function (menu) {
          if (menu.value && row.getAttribute("data-" + menu.dataset.facet) !== menu.value) fits = false;
        });
        row.hidden = !fits;
        if (fits) shown += 1;
      });
      count.textContent = shown + " of " + rows.length + " rows";
      Array.prototype.forEach.call(groups, function (group) { regroup(box, group, narrow, narrowed); });
      narrowed = narrow;
    }
    tools.addEventListener("input", show);
    tools.addEventListener("change", show);
    show();
  }

  function regroup(box, group, narrow, narrowed) { /* while a filter is on, the groups with matches are open and the others gone */
    var left = group.querySelectorAll("tbody > tr:not([hidden])").length;
    var jump = box.querySelector('.atl-jump a[href="#' + group.id + '"]');
    group.hidden = jump.parentNode.hidden = !left;
    group.querySelector(".atl-count").textContent = jump.querySelector("span").textContent = left;
    if (narrow && !narrowed) group.dataset.before = group.open ? "open" : "";
    if (narrow) group.open = left > 0;
    else if (narrowed) group.open = group.dataset.before === "open";
  }

  function reveal() { /* an address inside something closed opens it */
    var aim = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!aim) return;
    var section = aim.closest("section"), inner = section && section.querySelector(":scope > .atl-group"), closed = false;
    if (inner) inner.open = true;
    for (var part = aim; part; part = part.parentElement) if (part.tagName === "DETAILS" && !part.open) closed = part.open = true;
    if (closed) aim.scrollIntoView();
  }

  function reveals() {
    window.addEventListener("hashchange", reveal);
    document.addEventListener("click", function (event) { /* the same link again changes no address */
      var link = event.target.closest && event.target.closest("a[href]");
      if (link && link.hash && link.href === location.href) reveal();
    });
    reveal();
  }

  function predict(box) {
    var chosen = box.querySelector(".atl-chosen");
    box.querySelector("fieldset").addEventListener("change", function (event) {
      chosen.textContent = "You chose: " + event.target.value + ". Now open the comparison.";
    });
  }

  function question(box) {
    var feedback = box.querySelector(".atl-feedback"), answers = box.querySelectorAll("details li");
    box.querySelector("fieldset").addEventListener("change", function (event) {
      var answer = answers[+event.target.value];
      feedback.innerHTML = answer.innerHTML.replace(/^<em>[\s\S]*?<\/em>: (?=<span class="atl-mark)/, "");
      feedback.dataset.right = answer.dataset.right;
    });
  }

  function slides() { /* tables that are wider than their place say so */
    if (!("ResizeObserver" in window)) return;
    var watch = new ResizeObserver(function (entries) {
      requestAnimationFrame(function () { entries.forEach(function (entry) { entry.target.classList.toggle("atl-slides", entry.target.scrollWidth > entry.target.clientWidth + 1); }); });
    });
    each(document, ".atl-scroll, .bd-article table.dataframe", function (table) { watch.observe(table); });
  }

  function copy(button) {
    var area = button.parentNode.querySelector("textarea");
    area.readOnly = false;
    button.hidden = false;
    button.addEventListener("click", function () {
      area.select();
      var said = function () { button.textContent = "Copied"; };
      if (navigator.clipboard && window.isSecureContext) navigator.clipboard.writeText(area.value).then(said, function () {});
      else if (document.execCommand("copy")) said();
    });
  }

  var kinds = { panels: panels, compare: compare, filter: filter, predict: predict, question: question, copy: copy };
  function start() {
    Object.keys(kinds).forEach(function (kind) { each(document, "[data-atl=" + kind + "]", kinds[kind]); });
    charts();
    slides();
    reveals();
    document.documentElement.dataset.atl = "ready";
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
})();
