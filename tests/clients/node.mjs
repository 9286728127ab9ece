// node.mjs CLIENT URL KEY: sends what CLIENT (segment, rudder) can send through its published library, unmodified, with
// its own options for the host. Prints the messageIds that it was told are delivered, if the library tells them.
import { createRequire } from 'node:module';

const [, , client, url, key] = process.argv;
const require = createRequire(process.cwd() + '/'); // where the packages are
const when = new Date('2026-03-04T05:06:07.890Z');
const person = { userId: client + '-user' };

async function segment() {
    const { Analytics } = require('@segment/analytics-node');
    const analytics = new Analytics({ writeKey: key, host: url, flushAt: 5 });
    const failed = [];
    analytics.on('error', error => failed.push(error));
    analytics.identify({ ...person, traits: { email: 'segment@example.org', plan: 'pro' } });
    analytics.track({ ...person, event: 'Order Completed', properties: { total: 99.5, note: '“ü” 😀' }, timestamp: when });
    analytics.page({ ...person, name: 'Home', properties: { url: 'https://example.org/' } });
    analytics.screen({ anonymousId: 'segment-phone', name: 'Start' });
    analytics.group({ ...person, groupId: 'g1', traits: { employees: 12 } });
    analytics.alias({ ...person, previousId: 'segment-before' });
    for (let i = 0; i < 100; i++)
        analytics.track({ ...person, event: 'Counted', properties: { i } });
    await analytics.closeAndFlush();
    if (failed.length)
        throw new Error(JSON.stringify(failed[0]));
}

async function rudder() {
    const Analytics = require('@rudderstack/rudder-sdk-node');
    const analytics = new Analytics(key, { dataPlaneUrl: url, flushAt: 20, flushInterval: 200 });
    const told = [];
    const note = error => told.push(error);
    analytics.identify({ ...person, traits: { email: 'rudder@example.org', plan: 'pro' } }, note);
    analytics.track(
        { ...person, event: 'Order Completed', properties: { total: 99.5, note: '“ü” 😀' }, originalTimestamp: when },
        note,
    );
    analytics.page({ ...person, name: 'Home', properties: { url: 'https://example.org/' } }, note);
    analytics.screen({ anonymousId: 'rudder-phone', name: 'Start' }, note);
    analytics.group({ ...person, groupId: 'g1', traits: { employees: 12 } }, note);
    analytics.alias({ ...person, previousId: 'rudder-before' }, note);
    for (let i = 0; i < 100; i++)
        analytics.track({ ...person, event: 'Counted', properties: { i } }, note);
    const end = Date.now() + 20000;
    while (told.length < 106 && Date.now() < end)
        await new Promise(resolve => setTimeout(resolve, 20));
    if (told.length !== 106 || told.some(Boolean))
        throw new Error(`told of ${told.length}: ${told.find(Boolean)}`);
}

await { segment, rudder }[client]();
