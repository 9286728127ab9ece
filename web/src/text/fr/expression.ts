import type en from "../en/expression";

const TYPES: Record<string, string | undefined> = {
    number: "un nombre",
    text: "un texte",
    flag: "oui ou non",
    date: "une date",
};

export default {
    title: "Expression",
    label: "Condition",
    placeholder: "Par exemple : any answered within 90 days and budget",
    inWords: "En clair :",
    lastValid: "La liste montre la dernière condition lisible.",
    did: (word) => `Vouliez-vous dire ${word} ?`,
    take: "Le prendre",
    build: "Composer",
    clear: "Retirer la condition",
    count: (n, shown) => (n === 1 ? "1 contact" : `${shown} contacts`),
    kinds: {
        signal: "un signal du modèle",
        event: (label, n) => `${label}, ${n.toLocaleString("fr")}`,
        fact: (label) => `fait : ${label}`,
        trait: (label, type, values) =>
            values ? `${label}, ${values} valeurs` : `${label}, ${TYPES[type] ?? type}`,
    },
    keywords: {
        any: "quelque chose a eu lieu",
        no: "rien de cela n’a eu lieu",
        silent: "rien depuis un moment",
        count: "combien de fois",
        sum: "la somme de ce qui a eu lieu",
        score: "les points",
        persona: "qui c’est",
        reached: "a déjà été à une étape",
        is: "est à une étape",
        in: "est à une étape depuis un moment",
        not: "le contraire",
        yes: "tout le monde",
        within: "dans les derniers jours",
        since: "à partir d’une date",
        before: "jusqu’à une date",
        where: "seulement certains de ces événements",
        and: "les deux",
        or: "l’un des deux",
        inbound: "tout ce qui vient d’eux",
        outbound: "tout ce qui vient de nous",
        internal: "nos propres écritures",
        contains: "une partie du texte",
        known: "il y a une réponse",
        unknown: "il n’y a pas de réponse",
    },
} satisfies typeof en;
