import { act } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiProblem } from "../api/client";
import { TextContext } from "../text";
import text from "../text/en";
import { UndoProvider, useNotify } from "./undo";

let notify: ReturnType<typeof useNotify> = () => {};
function Taker() {
    notify = useNotify();
    return null;
}

beforeEach(async () => {
    vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
    vi.useFakeTimers();
    const root = createRoot(document.body.appendChild(document.createElement("div")));
    await act(async () =>
        root.render(
            <TextContext value={{ text, language: "en" }}>
                <UndoProvider>
                    <Taker />
                </UndoProvider>
            </TextContext>,
        ),
    );
    return () => act(async () => root.unmount());
});
afterEach(() => {
    vi.useRealTimers();
});

const shown = () => document.querySelector('[role="status"]')?.textContent ?? "";
const tell = (message: string, undo?: () => unknown) => act(async () => notify(message, undo));
const click = () =>
    act(async () => {
        const button = document.querySelector("button");
        button?.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
        button?.click();
    });

test("an undo that fails says so", async () => {
    await tell("Moved.", () => Promise.reject(new ApiProblem(0, "")));
    await click();
    expect(shown()).toBe(text.shell.trouble.offline);
});

test("what is told after an undo by the mouse goes by itself", async () => {
    await tell("Moved.", () => {});
    await click();
    expect(shown()).toBe("");
    await tell("Taken back.");
    await act(async () => vi.advanceTimersByTime(9000));
    expect(shown()).toBe("");
});
