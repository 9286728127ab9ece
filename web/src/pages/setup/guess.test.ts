import { expect, test } from "vitest";
import { guessBusiness, namesOf } from "./guess";

test("the time zone says the country, else the language does", () => {
    expect(guessBusiness(["en-US", "de"], "Europe/Vienna")).toEqual({
        time_zone: "Europe/Vienna",
        language: "en",
        country: "AT",
    });
    expect(guessBusiness(["de", "pt-BR"], "Antarctica/Troll").country).toBe("BR");
    expect(guessBusiness(["eo"], "UTC")).toEqual({ time_zone: "UTC", language: "eo", country: "" });
});

test("names are those of the reader's language; what is chosen is never lost", () => {
    const names = namesOf("de", "region", ["FR", "AT"], "DE");
    expect(names.map((one) => one.label)).toEqual(["Deutschland", "Frankreich", "Österreich"]);
    expect(namesOf("en", "region", ["FR"], "x!").map((one) => one.value)).toContain("x!");
});
