import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { listen } from "./live";

class Source extends EventTarget {
    static CLOSED = 2;
    static all: Source[] = [];
    readyState = 1;
    constructor(readonly url: string) {
        super();
        Source.all.push(this);
    }
    tell(name: string, data = "{}") {
        this.dispatchEvent(new MessageEvent(name, { data }));
    }
    refuse() {
        this.readyState = Source.CLOSED;
        this.dispatchEvent(new Event("error"));
    }
    close() {
        this.readyState = Source.CLOSED;
    }
}

const source = (i: number) => Source.all[i] as Source;

beforeEach(() => {
    Source.all = [];
    vi.useFakeTimers();
    vi.stubGlobal("EventSource", Source);
});
afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
});

test("a refused stream is opened anew, ever later, and then everything is asked for again", () => {
    const changed = vi.fn();
    const lost = vi.fn();
    const stop = listen(changed, lost);
    source(0).tell("ready");
    source(0).tell("change", '{"changes":[{"topic":"task","id":"1"}]}');
    expect(changed).toHaveBeenCalledWith("task");
    source(0).refuse();
    vi.advanceTimersByTime(1000);
    source(1).refuse();
    vi.advanceTimersByTime(1000);
    expect(Source.all).toHaveLength(2);
    vi.advanceTimersByTime(1000);
    expect(lost).not.toHaveBeenCalled();
    source(2).tell("ready");
    expect(lost).toHaveBeenCalledTimes(1);
    source(2).refuse();
    stop();
    vi.advanceTimersByTime(100_000);
    expect(Source.all).toHaveLength(3);
});

test("the browser comes back by itself to a stream that breaks off", () => {
    const stop = listen(vi.fn(), vi.fn());
    source(0).readyState = 0;
    source(0).dispatchEvent(new Event("error"));
    vi.advanceTimersByTime(100_000);
    expect(Source.all).toHaveLength(1);
    stop();
});
