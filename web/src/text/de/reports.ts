export default {
    title: "Berichte",
};
