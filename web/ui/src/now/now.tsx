import "./now.css";
import { startPage } from "../parts/page";
import { Head } from "../parts/head";

function Now() {
    return <Head title="HallQ" state="" />;
}

startPage(Now, true);
