/*
 * A notice in pieces that fit on one line of the screen: text never runs, it is shown one piece
 * after the other.
 */
const LINE = 22; // hanzi

/**
 * At least one piece, none empty; cut after punctuation where there is some, else where the line
 * ends.
 */
export function piecesOf(notice: string): string[] {
    const pieces: string[] = [];
    for (const clause of notice.match(/[^，。；！？,;!?\n]+[，。；！？,;!?\n]?/g) ?? []) {
        const last = pieces[pieces.length - 1];
        if (last !== undefined && widthOf(last + clause.trim()) <= LINE)
            pieces[pieces.length - 1] = last + clause.trim();
        else pieces.push(...cut(clause.trim()));
    }
    return pieces.length > 0 ? pieces : [""];
}

/** Latin letters are half as wide as hanzi. */
function widthOf(text: string): number {
    return [...text].reduce((sum, letter) => sum + (letter < "\u0250" ? 0.55 : 1), 0);
}

function cut(clause: string): string[] {
    const lines: string[] = [];
    let line = "";
    for (const letter of clause) {
        if (widthOf(line + letter) > LINE) {
            lines.push(line);
            line = "";
        }
        line += letter;
    }
    if (line) lines.push(line);
    return lines;
}
