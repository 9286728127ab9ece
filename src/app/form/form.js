// Helps a form that also works without it: does the proof of work in the background, and, where the form was
// put into somebody's page (ask.shadow), sends it and shows what comes back.
function sluiceForm(form, ask) {
  // (A field may be called "action" or "elements" and then hides what the form has of that name.)
  function said(name) { return form.getAttribute("data-" + name); }
  function hidden(name) { return form.querySelector("[name=" + name + "]"); }
  var token = hidden("_token").value, bits = +said("bits"), at = 0, solved = null, waiting = null, sent = false;

  // SHA-256 (FIPS 180-4) of ASCII text: how many zero bits its result begins with. Not the browser's own,
  // which is missing without TLS and slow for short texts.
  var K = [], H = [];
  (function () {
    function part(x) { return ((x - Math.floor(x)) * 4294967296) | 0; }
    for (var n = 2; K.length < 64; n++) {
      for (var d = 2; d * d <= n && n % d; d++);
      if (d * d > n) {
        if (H.length < 8) H.push(part(Math.sqrt(n)));
        K.push(part(Math.cbrt(n)));
      }
    }
  })();
  function zeros(text) {
    var n = text.length, w = new Int32Array(64), h = H.slice(), size = (n + 72) >> 6, i, j;
    var m = new Int32Array(size * 16);
    for (i = 0; i < n; i++) m[i >> 2] |= text.charCodeAt(i) << (24 - 8 * (i & 3));
    m[n >> 2] |= 128 << (24 - 8 * (n & 3));
    m[size * 16 - 1] = n * 8;
    function r(x, s) { return (x >>> s) | (x << (32 - s)); }
    for (j = 0; j < size; j++) {
      var a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], k = h[7];
      for (i = 0; i < 64; i++) {
        if (i < 16) w[i] = m[j * 16 + i];
        else {
          var x = w[i - 15], y = w[i - 2];
          w[i] = (w[i - 16] + (r(x, 7) ^ r(x, 18) ^ (x >>> 3)) + w[i - 7] + (r(y, 17) ^ r(y, 19) ^ (y >>> 10))) | 0;
        }
        var t = (k + (r(e, 6) ^ r(e, 11) ^ r(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
        var u = ((r(a, 2) ^ r(a, 13) ^ r(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        k = g; g = f; f = e; e = (d + t) | 0; d = c; c = b; b = a; a = (t + u) | 0;
      }
      h = [(h[0] + a) | 0, (h[1] + b) | 0, (h[2] + c) | 0, (h[3] + d) | 0, (h[4] + e) | 0, (h[5] + f) | 0, (h[6] + g) | 0, (h[7] + k) | 0];
    }
    return h[0] ? Math.clz32(h[0]) : 32;
  }
  function work() {
    var until = Date.now() + 12;
    while (Date.now() < until) {
      for (var i = 0; i < 100; i++, at++) {
        if (zeros(token + ":" + at) >= bits) {
          solved = String(at);
          hidden("_proof").value = solved;
          if (waiting) waiting();
          return;
        }
      }
    }
    setTimeout(work, 0);
  }

  var started = false;
  function start() {
    if (started) return;
    started = true;
    work();
    try { navigator.sendBeacon(said("start")); } catch (e) { /* only a count */ }
  }
  form.addEventListener("focusin", start);
  form.addEventListener("input", start);

  var button = form.querySelector("button"), label = button.textContent;
  function busy(on) {
    button.setAttribute("aria-disabled", on ? "true" : "false");
    button.textContent = on ? said("busy") : label;
  }
  form.addEventListener("submit", function (event) {
    start();
    if (ask || solved === null || sent) event.preventDefault();
    if (sent) return;
    if (ask || solved === null) busy(true);
    if (ask) sent = true;
    if (solved === null) waiting = function () { waiting = null; go(); };
    else if (ask) go();
    else sent = true;
  });
  window.addEventListener("pageshow", function () { sent = false; busy(false); });
  function go() {
    if (!ask) { sent = true; HTMLFormElement.prototype.submit.call(form); return; }
    fetch(form.getAttribute("action"), { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(new FormData(form)) })
      .then(function (answer) { return answer.json().then(function (json) { done(answer.status, json); }); })
      .catch(function () { again(); complain([], said("failed")); });
  }
  function again() { sent = false; busy(false); }

  // Only in somebody's page from here on.
  function labelled(field) {
    var label = field.labels[0] && field.labels[0].firstChild.data.trim();
    return label ? label + (/[.?!:]$/.test(label) ? " " : ": ") : "";
  }
  function complain(errors, title) {
    var box = ask.shadow.querySelector(".errors"), list = box.querySelector("ul"), first = null;
    list.textContent = "";
    form.querySelectorAll("[aria-invalid]").forEach(function (field) { field.removeAttribute("aria-invalid"); });
    form.querySelectorAll(".bad").forEach(function (text) { text.textContent = ""; text.hidden = true; });
    errors.forEach(function (error) {
      var field = ask.shadow.getElementById("f-" + error.field), item = document.createElement("li");
      item.textContent = error.message;
      if (field) {
        var text = ask.shadow.getElementById("f-" + error.field + "-bad"), link = document.createElement("a");
        field.setAttribute("aria-invalid", "true");
        text.textContent = error.message;
        text.hidden = false;
        link.href = "#" + field.id;
        link.textContent = labelled(field) + error.message;
        link.addEventListener("click", function (event) { event.preventDefault(); field.focus(); });
        item.textContent = "";
        item.append(link);
        first = first || field;
      }
      list.append(item);
    });
    box.querySelector("h2").textContent = title;
    box.hidden = false;
    (first || box).focus();
  }
  function done(status, json) {
    if (status === 428) { bits = json.bits; token = json.token; hidden("_token").value = token; solved = null; at = 0; waiting = go; work(); return; }
    again();
    if (status === 400 && json.errors) { complain(json.errors, json.title); return; }
    if (status >= 300) { complain([], json.detail || said("failed")); return; }
    if (json.redirect) { location.href = json.redirect; return; }
    var card = ask.shadow.querySelector(".card"), title = document.createElement("h1"), text = document.createElement("p");
    title.textContent = json.title;
    title.tabIndex = -1;
    text.className = "text";
    text.textContent = json.text;
    card.replaceChildren(title, text);
    if (json.download) {
      var link = document.createElement("a");
      link.className = "button";
      link.href = json.download.url;
      link.textContent = json.download.label;
      card.append(link);
    }
    title.focus();
    ask.place.dispatchEvent(new CustomEvent("sluice:submitted", { bubbles: true, detail: { form: said("form"), id: json.id } }));
  }
}
