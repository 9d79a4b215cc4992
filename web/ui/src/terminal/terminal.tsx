import "./terminal.css";
import { startPage } from "../parts/page";
import { Head } from "../parts/head";

function Terminal() {
    return <Head title="HallQ" state="" />;
}

startPage(Terminal, true);
