// The texts of mail, apart from the others so that the first view need not load them. A page that uses them waits
// for them as for its own code.
import { use } from "react";
import { type Language, useLanguage } from ".";
import type en from "./en/mail";

export type MailText = typeof en;

const LOADERS: Record<Language, () => Promise<{ default: MailText }>> = {
    en: () => import("./en/mail"),
    de: () => import("./de/mail"),
    fr: () => import("./fr/mail"),
};

const loading = new Map<Language, Promise<MailText>>();

function load(language: Language): Promise<MailText> {
    const known = loading.get(language);
    if (known) return known;
    const asked = LOADERS[language]().then((one) => one.default);
    loading.set(language, asked);
    asked.catch(() => loading.delete(language)); // (tried again when the page is)
    return asked;
}

export function useMailText(): MailText {
    return use(load(useLanguage()));
}
