export default {
    title: "Heute",
};
