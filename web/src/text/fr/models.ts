export default {
    title: "Modèles",
};
