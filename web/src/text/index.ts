// All texts of the app: one folder a language, one file an area. English decides which texts there are; the
// compiler says what a translation lacks.
import { createContext, useContext } from "react";
import type en from "./en";

export type Text = typeof en;
export const LANGUAGES = { en: "English", de: "Deutsch", fr: "Français" };
export type Language = keyof typeof LANGUAGES;

const LOADERS: Record<Language, () => Promise<{ default: Text }>> = {
    en: () => import("./en"),
    de: () => import("./de"),
    fr: () => import("./fr"),
};

export function isLanguage(name: string | null | undefined): name is Language {
    return name === "en" || name === "de" || name === "fr";
}

// The reader's choice, else the browser's first language that we have.
export function chosenLanguage(): Language {
    const kept = localStorage.getItem("sluice-language");
    const wanted = [kept, ...navigator.languages.map((one) => one.slice(0, 2))];
    return wanted.find(isLanguage) ?? "en";
}

export async function loadText(language: Language): Promise<Text> {
    return (await LOADERS[language]()).default;
}

export const TextContext = createContext<{ text: Text; language: Language } | null>(null);

export function useText(): Text {
    const context = useContext(TextContext);
    if (!context) throw new Error("useText outside of TextContext");
    return context.text;
}

export function useLanguage(): Language {
    return useContext(TextContext)?.language ?? "en";
}

// Changes the language of the app, and keeps the choice in this browser.
export const LanguageContext = createContext<(language: Language) => void>(() => {});
