export default {
    title: "Mots",
};
