// What every page loads: htmx for the parts that move, and small behaviours
// that pages ask for by data attributes. Every page works without any of it.
import "htmx.org/dist/htmx.esm.js";
import "./parts/menu";
import "./parts/dialog";
import "./parts/form";
import "./parts/grid";
import "./parts/copy";
import "./parts/lookup";
import "./parts/keys";
import "./parts/live";
import "./parts/tabs";
