// What stands in the frame that shows a mail. The policy comes before everything else of it: styles and pictures that
// are part of the mail, nothing from elsewhere.
const POLICY =
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">";

// Mails ask for the reader's scheme by a media query; the frame shows the one that is asked for here.
function inScheme(html: string, dark: boolean): string {
    return html.replace(/\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)/gi, (_, scheme: string) =>
        (scheme.toLowerCase() === "dark") === dark ? "(min-width: 0)" : "(max-width: 0)",
    );
}

export function documentOf(html: string, dark: boolean): string {
    const shown = inScheme(html, dark);
    const doctype = /^\s*<!doctype[^>]*>/i.exec(shown)?.[0] ?? "";
    return `${doctype || "<!doctype html>"}${POLICY}<meta charset="utf-8">${shown.slice(doctype.length)}`;
}
