export default {
    title: "Étiquettes",
    add: "Ajouter une étiquette",
    name: "Étiquette",
    help: "Une qui existe, ou une nouvelle.",
    remove: (name: string) => `Retirer l'étiquette ${name}`,
    added: (name: string) => `Étiquette ajoutée : ${name}.`,
    removed: (name: string) => `Étiquette ${name} retirée.`,
    tag: "Étiquette",
    tagTitle: "Étiqueter ces contacts",
    tagThem: (n: string) => `Étiqueter ${n} contacts`,
    tagged: (n: string, name: string) => `${n} contacts étiquetés : ${name}.`,
};
