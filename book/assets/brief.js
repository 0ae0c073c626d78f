/* The form checker: the rules of acrosstheline/brief.py, done on the page. Nothing is sent, and nothing is kept unless the reader asks. */
(function () {
  "use strict";
  var WORDS = [500, 800], LEAST_CITED = 6, LEAST_GROUPS = 3, LEAST_PART = 15;
  var FACTS = window.atlBriefFacts, GROUPS = {}; /* written when the book is built: site/extras.py */
  Object.keys(FACTS.groups).forEach(function (group) { FACTS.groups[group].split(" ").forEach(function (name) { GROUPS[name] = group; }); });
  var list = function (root, selector) { return Array.prototype.slice.call(root.querySelectorAll(selector)); };
  var PARTS = {
    to: ["To", "to"], decision: ["Decision", "decision"], objection: ["Objection", "(?:the )?(?:strongest )?objection"],
    limits: ["Limits", "limits?"], change: ["What would change my mind", "what would change (?:my|our) mind"]
  };
  var OTHERS = "from|date|summary|evidence|answer|sources", MARKS = "[ #*]*", NAMED = "[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+";
  var MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December";
  var headings = Object.keys(PARTS).map(function (key) { return PARTS[key][1]; }).join("|") + "|" + OTHERS;
  var HEADING = new RegExp("^" + MARKS + "(" + headings + ")" + MARKS + "(?::" + MARKS + "|$)", "gim");
  var NO_FIGURE = new RegExp(NAMED + "|[0-9]{1,2} (?:" + MONTHS + ")|(?:Articles?|[Ss]ections?|[Dd]ocuments?|[Pp]aragraphs?) [0-9]+|^[0-9]{1,2}[.] ", "gm");
  var FIGURE = /[0-9]+(?:[.,][0-9]+)*(?: (?:million|billion))?/g, YEAR = /^(?:1[89]|20)[0-9][0-9]$/, NO_WORD = /^(?:[^A-Za-z0-9\u0080-\uffff]|[\u2000-\u206f])+$/;

  function all(pattern, text) { return text.match(typeof pattern === "string" ? new RegExp(pattern, "g") : pattern) || []; }
  function names(text) { return all(NAMED, text); }
  function once(items) { return items.filter(function (item, i) { return items.indexOf(item) === i; }); }
  function known(name) { return Object.prototype.hasOwnProperty.call(GROUPS, name); }
  function split(text) { return text.split(/\s+/).filter(Boolean); }
  function plain(text) { return text.replace(new RegExp(NAMED, "g"), " "); }
  function count(text) { return split(plain(text)).filter(function (word) { return !NO_WORD.test(word); }).length; }
  function paragraphs(text) { return text.split(/\n[ \t]*\n/).map(function (part) { return part.trim(); }).filter(Boolean); }
  function body(found, key) { return found[key] || ""; }

  function parts(text) {
    var found = {}, marks = [], mark;
    HEADING.lastIndex = 0;
    while ((mark = HEADING.exec(text))) {
      marks.push({ name: mark[1], start: mark.index, end: mark.index + mark[0].length });
      if (!mark[0].length) HEADING.lastIndex += 1;
    }
    marks.forEach(function (one, place) {
      var end = place + 1 < marks.length ? marks[place + 1].start : text.length;
      Object.keys(PARTS).forEach(function (key) {
        if (new RegExp("^(?:" + PARTS[key][1] + ")$", "i").test(one.name)) found[key] = body(found, key) + " " + text.slice(one.end, end);
      });
    });
    return found;
  }

  function decision(found) {
    var missing = ["to", "decision"].filter(function (key) { return !count(body(found, key)); }).map(function (key) { return PARTS[key][0]; });
    if (missing.length) return [false, "Nothing stands after: " + missing.join(", ") + "."];
    return [true, "There is a reader, and a decision in " + count(found.decision) + " words."];
  }

  function hasFigure(part) { return all(FIGURE, part.replace(NO_FIGURE, " ")).some(function (figure) { return !YEAR.test(figure); }); }

  function evidence(text, cited, real) {
    var said = [real.length + " short names of the tables; " + LEAST_CITED + " or more are asked for."];
    var strange = cited.filter(function (name) { return !known(name); });
    if (strange.length) said.push("Not in the tables: " + strange.join(", ") + ". Compare the spelling.");
    var bare = paragraphs(text).filter(function (part) { return hasFigure(part) && !names(part).some(known); });
    if (bare.length) said.push("Paragraphs with a figure and no short name: " + bare.length + ". The first begins: " + split(bare[0]).slice(0, 6).join(" ") + ".");
    return [real.length >= LEAST_CITED && !strange.length && !bare.length, said.join(" ")];
  }

  function origins(real) {
    var groups = once(real.map(function (name) { return GROUPS[name]; })).filter(function (group) { return group !== "unknown"; }).sort();
    var said = groups.length ? ": " + groups.map(function (group) { return FACTS.names[group]; }).join(", ") : "";
    return [groups.length >= LEAST_GROUPS, groups.length + " groups of origin" + said + "; " + LEAST_GROUPS + " or more are asked for."];
  }

  function openIn(part, cited) { /* each open figure of a paragraph, as it is written there, with its claim */
    var found = [];
    cited.forEach(function (name) { if (FACTS.lead[name]) found.push([name, FACTS.lead[name]]); });
    all(FIGURE, plain(part)).forEach(function (figure) { if (FACTS.spoken[figure]) found.push([figure, FACTS.spoken[figure]]); });
    return found;
  }

  function figures(text) {
    var held = [], alone = [];
    paragraphs(text).forEach(function (part) {
      var cited = names(part);
      openIn(part, cited).forEach(function (pair) {
        (FACTS.rivals[pair[1]].some(function (rival) { return cited.indexOf(rival) >= 0; }) ? held : alone).push(pair[0]);
      });
    });
    if (alone.length) return [false, "Open in the ledger, and without a rival in the same paragraph: " + once(alone).join(", ") + "."];
    if (held.length) return [true, "Open in the ledger, each with a rival beside it: " + once(held).join(", ") + "."];
    return [true, "No figure here is one that the ledger shows as open."];
  }

  function fairness(found) {
    if (found.objection === undefined) return [false, "No part begins with Objection."];
    var cited = once(names(found.objection).filter(known)).length, words = count(found.objection);
    return [words >= LEAST_PART && cited > 0, "The objection has " + words + " words and " + cited + " short names; " + LEAST_PART + " words and one short name are the least."];
  }

  function doubt(found) {
    var keys = ["limits", "change"], counts = keys.map(function (key) { return count(body(found, key)); });
    var said = keys.map(function (key, i) { return PARTS[key][0] + ": " + counts[i] + " words"; }).join("; ");
    return [counts.every(function (n) { return n >= LEAST_PART; }), said + ". " + LEAST_PART + " words each are the least."];
  }

  function clarity(text) {
    var n = count(text), within = n >= WORDS[0] && n <= WORDS[1];
    return [within, n + " words without short names: " + (within ? "within" : "outside") + " the " + WORDS[0] + " to " + WORDS[1] + " that fill two pages."];
  }

  function form(given) { /* brief.brief_form, word for word */
    var text = given.replace(/\r\n/g, "\n"), found = parts(text), cited = once(names(text)), real = cited.filter(known);
    return {
      decision: decision(found), evidence: evidence(text, cited, real), origins: origins(real), figures: figures(text),
      fairness: fairness(found), doubt: doubt(found), clarity: clarity(text)
    };
  }

  function store(key, value) { /* the browser may refuse */
    try {
      if (value === undefined) return window.localStorage.getItem(key);
      if (value === null) window.localStorage.removeItem(key); else window.localStorage.setItem(key, value);
    } catch (refused) { return null; }
  }

  function checker(box) {
    var area = box.querySelector("textarea"), said = box.querySelector(".atl-brief-said"), keep = box.querySelector("[data-keep]");
    var key = "atl-" + box.id, template = area.value, labels = {}, kept = store(key);
    list(box, ".atl-brief-still [data-form]").forEach(function (item) { labels[item.dataset.form] = item.textContent; });
    if (kept !== null && kept !== undefined) { area.value = kept; keep.checked = true; }

    function show() {
      var lines = form(area.value), items = document.createElement("ol");
      Object.keys(lines).forEach(function (name) {
        var item = document.createElement("li"), mark = document.createElement("strong"), words = document.createElement("span");
        item.dataset.form = name;
        item.dataset.there = lines[name][0];
        mark.textContent = (lines[name][0] ? "[there] " : "[look again] ") + labels[name] + ".";
        words.textContent = lines[name][1];
        item.append(mark, " ", words);
        items.appendChild(item);
      });
      said.textContent = "";
      said.appendChild(items);
    }

    function save() {
      var link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([area.value], { type: "text/plain" }));
      link.download = "brief.txt";
      link.click();
      URL.revokeObjectURL(link.href);
    }

    function remember() { store(key, keep.checked ? area.value : null); }

    box.addEventListener("click", function (event) {
      var button = event.target.closest("button");
      if (!button) return;
      if (button.dataset["do"] === "check") show();
      else if (button.dataset["do"] === "save") save();
      else if (area.value === template || window.confirm("Erase your text and start again?")) { area.value = template; said.textContent = ""; remember(); }
    });
    area.addEventListener("input", remember);
    keep.addEventListener("change", remember);
    box.querySelector(".atl-brief-live").hidden = false;
    box.querySelector(".atl-brief-still").hidden = true;
    box.dataset.state = "live";
    box.form = form;
  }

  list(document, "[data-atl=brief]").forEach(checker);
})();
