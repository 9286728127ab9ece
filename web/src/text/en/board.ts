export default {
    title: "Board",
};
