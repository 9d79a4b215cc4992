import "./display.css";
import { startPage } from "../parts/page";

function Display() {
    return <main id="content" />;
}

startPage(Display, false);
