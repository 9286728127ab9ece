export default {
    title: "Schlagwörter",
    add: "Schlagwort geben",
    name: "Schlagwort",
    help: "Eines, das es gibt, oder ein neues.",
    remove: (name: string) => `Schlagwort ${name} nehmen`,
    added: (name: string) => `Schlagwort gegeben: ${name}.`,
    removed: (name: string) => `Schlagwort ${name} genommen.`,
    tag: "Schlagwort",
    tagTitle: "Diesen Kontakten ein Schlagwort geben",
    tagThem: (n: string) => `${n} Kontakten geben`,
    tagged: (n: string, name: string) => `${n} Kontakten gegeben: ${name}.`,
};
