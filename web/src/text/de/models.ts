export default {
    title: "Modelle",
};
