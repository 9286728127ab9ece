export default {
    title: "Models",
};
