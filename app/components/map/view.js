// The switches of the map, apart from its data: a small message, where the data stays where it is.
export default function ({ data }) {
  window.karaulaView = data;
  document.querySelector(".k-map-desk")?.karaula?.adopt(data);
}
