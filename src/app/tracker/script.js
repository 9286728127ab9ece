// The tracker (/s.js). Build (lists/script.mjs): CONSENT and DNT become texts; terser, gzip, brotli; at most 2 KB
// packed. docs/tracking.md tells what it does.
// Written for small size after packing: plain functions, no classes, old browsers without sendBeacon are let go.
(function (window, document, location, storage) {
    var script = document.currentScript,
        options = script.dataset,
        endpoint = (options.host || new URL(script.src).origin) + '/v1/batch',
        queue = [],
        ID = 'sluice_id',
        // What is kept: anonymous id, userId, touches; and the answer to the question of consent.
        kept = {},
        decided,
        // What the page says, else what the business has set (the build makes a script of each).
        mode = options.consent || CONSENT,
        respect = options.dnt || DNT,
        signal = navigator.globalPrivacyControl || navigator.doNotTrack == 1,
        touches = {},
        timer,
        delay = 0,
        here,
        // Whether things may be kept in the browser, and whether anything may be sent.
        store,
        send;

    function read(key) {
        try {
            return storage.getItem(key);
        } catch (e) {}
    }

    function write(key, value) {
        try {
            value ? storage.setItem(key, value) : storage.removeItem(key);
        } catch (e) {}
    }

    function cookie(value, age) {
        document.cookie =
            ID +
            '=' +
            value +
            ';path=/;max-age=' +
            age +
            ';samesite=lax' +
            (options.domain ? ';domain=' + options.domain : '') +
            (location.protocol == 'https:' ? ';secure' : '');
    }

    function uuid() {
        return '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, function (c) {
            return (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16);
        });
    }

    function keep() {
        if (store) {
            cookie(kept.id, 34e6);
            write(ID, JSON.stringify(kept));
        }
    }

    // Consent decides; before it does, the page's mode and the browser's own signal do. An answer given on this page
    // also holds where nothing can be kept.
    function settle() {
        decided = decided || read('sluice_consent');
        var silent = signal && respect != 'ignore';
        store = mode != 'never' && (decided == 1 || (!decided && mode == 'none' && !silent));
        send = decided != 0 && (decided == 1 || (mode != 'wait' && !(silent && respect == 'off')));
    }

    function message(type, more) {
        var m = { type: type, messageId: uuid(), timestamp: new Date().toISOString(), anonymousId: kept.id };
        if (kept.user) m.userId = kept.user;
        m.context = { library: { name: 'sluice.js' }, locale: navigator.language };
        if (navigator.webdriver) m.context.automated = true;
        for (var key in more) if (more[key]) m[key] = more[key];
        if (type == 'identify') m.context.touch = touches;
        // (As text: what cannot be one throws here, at its caller, and takes nothing else with it.)
        if (decided != 0) queue = queue.concat(JSON.stringify(m)).slice(-200);
        clearTimeout(timer);
        timer = setTimeout(flush, delay || 50);
    }

    // leaving: the page goes away, so that nobody waits for the answer.
    function flush(leaving) {
        var batch;
        while (send && (batch = queue.splice(0, 50))[0]) {
            var body = '{"writeKey":' + JSON.stringify(options.key) + ',"batch":[' + batch + ']}';
            if (leaving !== true || !navigator.sendBeacon(endpoint, body)) post(batch, body);
        }
    }

    // What could not be sent is tried again, later each time; messageIds make that harmless.
    function post(batch, body) {
        function again() {
            queue = batch.concat(queue).slice(-200);
            delay = Math.min(delay * 2 || 2e3, 6e4);
            timer = setTimeout(flush, delay);
        }
        fetch(endpoint, { method: 'POST', body: body, keepalive: body.length < 6e4 }).then(function (answer) {
            if (answer.status > 499 || answer.status == 429) again();
            else delay = 0;
        }, again);
    }

    function track(event, properties) {
        message('track', { event: event, properties: properties });
    }

    function page(properties) {
        var referrer = here || document.referrer;
        here = location.href;
        message('page', {
            properties: Object.assign(
                { url: here, path: location.pathname, title: document.title, referrer: referrer },
                properties,
            ),
        });
    }

    // In a single-page application.
    function moved() {
        // (Later: the title changes after the address.)
        setTimeout(function () {
            if (here && here.split('#')[0] != location.href.split('#')[0]) page();
        });
    }

    function identify(user, traits) {
        if (user && typeof user != 'object') kept.user = '' + user;
        else traits = user || traits;
        keep();
        message('identify', { traits: traits });
    }

    // First and last touch: how the browser came here, unless from the site itself.
    function touch() {
        var now = { page: location.href, referrer: document.referrer, time: new Date().toISOString() };
        if (
            !touches.first ||
            /[?&](utm_|mtm_|\w*(cl(|ic)k?_?|at_|t_c|braid|scc)(id)?=|epik)/i.test(location.search) ||
            (now.referrer && now.referrer.split('/')[2] != location.host)
        )
            touches.last = now;
        touches.first = touches.first || now;
    }

    function marked(element, name) {
        return element && element.closest && element.closest('[data-sluice' + name + ']');
    }

    var commands = {
        track: track,
        page: page,
        identify: identify,
        group: function (id, traits) {
            message('group', { groupId: id, traits: traits });
        },
        id: function (take) {
            take(kept.id);
        },
        consent: function (yes) {
            write('sluice_consent', (decided = yes ? '1' : '0'));
            settle();
            if (yes) {
                keep();
                flush();
            } else {
                queue = [];
                forget();
            }
        },
        reset: forget,
    };

    function forget() {
        cookie('', 0);
        write(ID);
        kept = { id: uuid(), touches: (touches = {}) };
        keep();
    }

    function start() {
        settle();
        if (mode == 'never') forget(); // also what was kept before
        var found = (document.cookie.match(/(?:^|; )sluice_id=([^;]+)/) || [])[1];
        try {
            kept = JSON.parse(read(ID)) || kept;
        } catch (e) {}
        kept.id = found || kept.id || uuid();
        touches = kept.touches = kept.touches || touches;
        touch();
        keep();

        ['pushState', 'replaceState'].forEach(function (name) {
            var original = history[name];
            history[name] = function () {
                original.apply(history, arguments);
                moved();
            };
        });
        addEventListener('popstate', moved);
        addEventListener('pagehide', function () {
            flush(true);
        });
        // (Perhaps the last that is heard of a telephone; but the page may also come back, and then tries again.)
        document.addEventListener('visibilitychange', function () {
            if (document.visibilityState == 'hidden') flush();
        });
        document.addEventListener(
            'click',
            function (event) {
                var element = marked(event.target, '');
                if (element && !element.elements) {
                    // (In SVG there is no innerText, and href is an object.)
                    var properties = {
                        text: (element.innerText || element.textContent).slice(0, 99),
                        href: element.href && (element.href.baseVal || element.href),
                    };
                    for (var key in element.dataset)
                        if (/^sluice./.test(key)) properties[key.slice(6).toLowerCase()] = element.dataset[key];
                    track(element.dataset.sluice, properties);
                }
            },
            true,
        );
        // The name of a form, and of its fields only those that are marked.
        document.addEventListener(
            'submit',
            function (event) {
                var form = event.target,
                    traits,
                    data = form.dataset;
                if ('sluiceOff' in data) return;
                [].forEach.call(form.elements, function (field) {
                    var trait = field.dataset.sluiceTrait;
                    if (trait && field.value && (field.checked || !/^(check|radio)/.test(field.type)))
                        (traits = traits || {})[trait] = field.value;
                });
                if (traits) identify(traits);
                track('form.submitted', {
                    // (form.id would be the field of this name.)
                    form: data.sluice || form.getAttribute('id') || form.getAttribute('name') || form.getAttribute('action'),
                    url: location.href,
                });
            },
            true,
        );

        var waiting = (window.sluice && window.sluice.q) || [];
        window.sluice = function (command) {
            commands[command].apply(0, [].slice.call(arguments, 1));
        };
        if (options.pages != 'off') page();
        [].forEach.call(waiting, function (call) {
            window.sluice.apply(0, call);
        });
    }

    if (document.prerendering) document.addEventListener('prerenderingchange', start, { once: true });
    else start();
})(window, document, location, (function () { try { return localStorage; } catch (e) {} })());
