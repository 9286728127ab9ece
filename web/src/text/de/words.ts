export default {
    title: "Worte",
};
