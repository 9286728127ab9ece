export default {
    title: "Today",
};
