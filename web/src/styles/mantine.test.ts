import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const SRC = path.resolve(import.meta.dirname, "..");
const STYLES = path.resolve(SRC, "../node_modules/@mantine/core/styles");

// What is imported from Mantine and has styles of its own.
function used(): string[] {
    const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((name) =>
        /\.tsx?$/.test(name),
    );
    const names = files.flatMap((file) =>
        [
            ...readFileSync(path.join(SRC, file), "utf8").matchAll(
                /import \{([^}]*)\} from "@mantine\/core"/g,
            ),
        ].flatMap((found) => (found[1] ?? "").split(",").map((name) => name.trim())),
    );
    return [...new Set(names)].filter((name) => name && existsSync(path.join(STYLES, `${name}.css`)));
}

it("imports the styles of every Mantine component that is used", () => {
    const imported = readFileSync(path.join(SRC, "styles/mantine.ts"), "utf8");
    expect(used().filter((name) => !imported.includes(`/${name}.css"`))).toEqual([]);
});
