// What the browser tells about where a business is.

export const ZONES: string[] = [
    "UTC",
    ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC"),
];

export const LANGUAGE_CODES =
    "ar bg cs da de el en es et fi fr he hi hr hu id it ja ko lt lv nb nl pl pt pt-BR ro ru sk sl sr sv th tr uk vi zh".split(
        " ",
    );

export const COUNTRIES = (
    "AE AR AT AU BE BG BR CA CH CL CN CO CY CZ DE DK EE EG ES FI FR GB GE GH GR HK HR HU ID IE IL IN IS IT JP KE KR KZ " +
    "LI LT LU LV MA MT MX MY NG NL NO NZ PE PH PK PL PT RO RS SA SE SG SI SK TH TN TR TW UA US UY VN ZA"
).split(" ");

// Countries by time zone where the browser's language names none.
const ZONE_COUNTRY: Record<string, string> = {
    "Europe/Berlin": "DE",
    "Europe/Vienna": "AT",
    "Europe/Zurich": "CH",
    "Europe/Paris": "FR",
    "Europe/London": "GB",
    "Europe/Madrid": "ES",
    "Europe/Rome": "IT",
    "Europe/Lisbon": "PT",
    "Europe/Amsterdam": "NL",
    "Europe/Brussels": "BE",
    "Europe/Warsaw": "PL",
    "Europe/Stockholm": "SE",
    "Europe/Copenhagen": "DK",
    "Europe/Oslo": "NO",
    "Europe/Dublin": "IE",
    "America/New_York": "US",
    "America/Chicago": "US",
    "America/Denver": "US",
    "America/Los_Angeles": "US",
    "Australia/Sydney": "AU",
};

export function guessBusiness(
    languages: readonly string[] = navigator.languages,
    zone: string = Intl.DateTimeFormat().resolvedOptions().timeZone,
): { time_zone: string; language: string; country: string } {
    const region = languages.map((one) => new Intl.Locale(one).region).find(Boolean);
    return {
        time_zone: zone || "UTC",
        language: languages[0]?.slice(0, 2).toLowerCase() ?? "en",
        country: ZONE_COUNTRY[zone] ?? region ?? "",
    };
}

// {value, label} of codes, named in the reader's language, sorted by name; `chosen` is always among them.
export function namesOf(
    language: string,
    type: "language" | "region",
    codes: string[],
    chosen: string,
): { value: string; label: string }[] {
    const names = new Intl.DisplayNames(language, { type, fallback: "code" });
    const all = chosen && !codes.includes(chosen) ? [...codes, chosen] : codes;
    const named = all.map((value) => ({ value, label: nameOf(names, value) }));
    return named.sort((a, b) => a.label.localeCompare(b.label, language));
}

function nameOf(names: Intl.DisplayNames, code: string): string {
    try {
        return names.of(code) ?? code;
    } catch {
        return code;
    }
}
