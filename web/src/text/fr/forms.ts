export default {
    title: "Formulaires et pages",
};
