export default {
    title: "Tags",
    add: "Add a tag",
    name: "Tag",
    help: "One that there is, or a new one.",
    remove: (name: string) => `Take the tag ${name}`,
    added: (name: string) => `Tagged: ${name}.`,
    removed: (name: string) => `Took the tag ${name}.`,
    tag: "Tag",
    tagTitle: "Tag these contacts",
    tagThem: (n: string) => `Tag ${n} contacts`,
    tagged: (n: string, name: string) => `Tagged ${n} contacts: ${name}.`,
};
